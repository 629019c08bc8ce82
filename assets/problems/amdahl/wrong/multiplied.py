from math import prod as product


def amdahl(profile, faster, target):
    before = sum(profile.values())
    needed = {}
    for part, ms in profile.items():
        left = before / target - (before - ms)  # what this part may take
        needed[part] = ms / left if left > 0 else None
    return {"speedup": product(faster.values()), "needed": needed}
