"""Short Chinese paragraphs from patterns, written by the project, under its licence.

The sentence pairs stand alone; these show the model how two or three sentences follow each other.
"""

import random


def _list(block: str) -> list[str]:
    return block.replace("\n", "").split("|")


DAYS = _list("今天|昨天|星期天|早上|下午|晚上|周末|上个星期|放假的时候")
WEATHER = {
    "很好": "我们去公园散步|孩子们在外面玩|我想去爬山|大家都很高兴|妈妈在院子里晒衣服",
    "很热": "我想去游泳|大家都在喝冷水|我们没有出门|弟弟吃了一个西瓜|晚上也睡不着",
    "很冷": "请多穿一点衣服|我们在家里喝热茶|外面没有什么人|路上结了冰|我不想起床",
    "不太好": "可能会下雨，出门要带伞|我们待在家里看书|比赛取消了|飞机晚点了",
    "真不错": "我们出去走走吧|正好可以洗衣服|很适合骑自行车|公园里有很多人",
}
LIKES = {
    "吃苹果": "苹果又甜又脆", "吃面条": "面条又快又好吃", "喝茶": "茶的味道很香",
    "喝咖啡": "喝了有精神",
    "看书": "书里有很多有趣的故事", "听音乐": "音乐让人放松", "看电影": "电影里的故事很精彩",
    "游泳": "夏天在水里很凉快", "跑步": "跑步对身体好", "打篮球": "可以和朋友一起玩",
    "旅行": "可以看到不一样的地方", "画画": "画画的时候心里很安静", "唱歌": "唱歌让我开心",
    "做饭": "家里人都爱吃我做的菜", "学中文": "中文很有意思", "写程序": "看到程序跑起来很有意思",
    "春天": "花都开了", "秋天": "天气不冷也不热",
    "下雪天": "可以堆雪人", "猫": "猫很安静", "狗": "狗很听话",
    "这本书": "它写得很好", "这座城市": "这里的人很友好", "我的工作": "每天都能学到新东西",
}  # fmt: skip
WHO = _list("我|他|她|我妈妈|我爸爸|小明|小红|我的朋友|我弟弟|我姐姐|奶奶|老师|我们")
PLACES = _list("公园|学校|图书馆|商店|医院|火车站|海边|山上|饭馆|超市|博物馆|朋友家|河边")
DID = {
    "公园": "散步|看花|放风筝|跑步", "学校": "上课|考试|参加运动会", "图书馆": "看书|借书|写作业",
    "商店": "买衣服|买鞋|买礼物", "医院": "看病|看望朋友", "火车站": "接朋友|买票|等车",
    "海边": "游泳|看日出|捡贝壳", "山上": "爬山|拍照|看红叶", "饭馆": "吃饺子|吃面|和朋友吃饭",
    "超市": "买菜|买水果|买牛奶", "博物馆": "参观|看古代的画", "朋友家": "吃饭|聊天|看电影",
    "河边": "钓鱼|画画|散步",
}  # fmt: skip
ENDS = _list("""
回家的时候天已经黑了。|玩得很高兴。|觉得有点累，但是很开心。|打算下个星期再去。|
晚上很早就睡了。|
在路上遇到了一个老朋友。|还拍了很多照片。|最后大家一起吃了晚饭。|没想到人那么多。|可惜后来下雨了。
""")
ANIMALS = _list("小猫|小狗|小兔子|小鸟|小熊|老鼠|狐狸|小鸭子|小马|猴子")
MEETS = _list("""
迷路了|饿了|掉进了河里|找不到妈妈|丢了一顶帽子|想看看大海|捡到一个苹果|一个人很孤单
""")
HELPS = _list("帮助了它|给了它一些吃的|带它回家|陪它说话|告诉它不要怕|和它一起去找")
MORALS = _list("""
从那以后，它们成了好朋友。|它高兴极了，说：“谢谢你！”|它们一起回了家。|大家都很高兴。
""")


def paragraph(rng: random.Random) -> str:
    """One paragraph of two to four sentences from the patterns."""
    return rng.choice([_weather, _likes, _outing, _fable])(rng)


def _weather(rng: random.Random) -> str:
    kind = rng.choice(list(WEATHER))
    follow = rng.sample(_list(WEATHER[kind]), 2)
    day = rng.choice(["今天", "今天", "昨天", "这几天"])
    return f"{day}天气{kind}，{follow[0]}。" + rng.choice(
        ["", f"{follow[1]}。", f"{rng.choice(ENDS)}"]
    )


def _likes(rng: random.Random) -> str:
    one, two = rng.sample(list(LIKES), 2)
    who, other = rng.sample(WHO, 2)
    first = f"{who}{rng.choice(['喜欢', '很喜欢', '最喜欢'])}{one}，因为{LIKES[one]}。"
    return first + rng.choice(
        ["", f"{other}喜欢{two}。", f"{other}不喜欢{one}，{other}喜欢{two}。"]
    )


def _outing(rng: random.Random) -> str:
    who, place = rng.choice(WHO), rng.choice(PLACES)
    with_whom = rng.choice(["", "", "和家人", "和同学", "和朋友一起"])
    did = rng.choice(_list(DID[place]))
    return f"{rng.choice(DAYS)}，{who}{with_whom}去{place}{did}。" + "".join(
        rng.sample(ENDS, rng.randint(1, 2))
    )


def _fable(rng: random.Random) -> str:
    one, two = rng.sample(ANIMALS, 2)
    start = rng.choice(["从前，有一只", "很久很久以前，森林里住着一只", "有一天，一只"])
    join = "" if start.startswith("有一天") else "。有一天，它"
    met, helped = rng.choice(MEETS), rng.choice(HELPS)
    return f"{start}{one}{join}{met}。{two}看见了，{helped}。{rng.choice(MORALS)}"
