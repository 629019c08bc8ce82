def amdahl(profile, faster, target):
    before = sum(profile.values())
    after = sum(ms / faster.get(part, 1.0) for part, ms in profile.items())
    needed = {}
    for part, ms in profile.items():
        needed[part] = target
    return {"speedup": before / after, "needed": needed}
