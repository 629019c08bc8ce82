def amdahl(profile, faster, target):
    before = sum(profile.values())
    after = sum(profile[part] / factor for part, factor in faster.items()) or before
    needed = {}
    for part, ms in profile.items():
        left = before / target - (before - ms)  # what this part may take
        needed[part] = ms / left if left > 0 else None
    return {"speedup": before / after, "needed": needed}
