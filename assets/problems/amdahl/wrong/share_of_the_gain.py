def amdahl(profile, faster, target):
    before = sum(profile.values())
    after = sum(ms / faster.get(part, 1.0) for part, ms in profile.items())
    needed = {}
    for part, ms in profile.items():
        needed[part] = 1 + (target - 1) * before / ms
    return {"speedup": before / after, "needed": needed}
