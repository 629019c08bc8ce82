def kv_bytes(config, tokens, bits):
    layers = config["num_hidden_layers"]
    if "kv_lora_rank" in config:
        width = 2 * (config["kv_lora_rank"] + config["qk_rope_head_dim"])
    else:
        heads = config["num_attention_heads"]
        head = config.get("head_dim", config["hidden_size"] // heads)
        width = 2 * config.get("num_key_value_heads", heads) * head
    window = min(tokens, config.get("sliding_window", tokens))
    kinds = config.get("layer_types", ["full_attention"] * layers)
    kept = sum(window if kind == "sliding_attention" else tokens for kind in kinds)
    return kept * width * bits // 8
