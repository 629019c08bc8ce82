def amdahl(profile, faster, target):
    before = sum(profile.values())
    after = sum(ms / faster.get(part, 1.0) for part, ms in profile.items())
    needed = {}
    for part, ms in profile.items():
        left = before / target - (before - ms)  # what this part may take
        needed[part] = ms / left if left > 0 else None
    return {"speedup": before / after, "needed": needed}
