def amdahl(profile, faster, target):
    """What faster parts do for the whole, and what the whole asks of each part."""
