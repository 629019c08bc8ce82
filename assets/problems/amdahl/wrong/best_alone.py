def amdahl(profile, faster, target):
    before = sum(profile.values())
    needed = {}
    for part, ms in profile.items():
        left = before / target - (before - ms)  # what this part may take
        needed[part] = ms / left if left > 0 else None
    return {
        "speedup": max(
            [before / (before - profile[part] + profile[part] / by) for part, by in faster.items()],
            default=1.0,
        ),
        "needed": needed,
    }
