"""What is known of Chinese before a text is read: jieba's dictionary, and the surnames."""

from zhgen.corpus.engines import JiebaCutter
from zhgen.names.strings import RepeatedStrings

SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞"
    "熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓"
    "郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫"
    "宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉"
    "宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧"
    "殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公"
)
"""Surnames of one character: 百家姓, a book of the Song dynasty."""

_COMPOUND = (
    "万俟 司马 上官 欧阳 夏侯 诸葛 闻人 东方 赫连 皇甫 尉迟 公羊 澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 公孙 仲孙 轩辕 令狐 "
    "钟离 宇文 长孙 慕容 鲜于 闾丘 司徒 司空 太史 端木 西门 南宫 独孤"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
"""Surnames of two characters: 百家姓, and a few more."""

_NAME_TAG = "nr"
_GRAMMAR_TAGS = tuple("cdmpqru")  # conjunctions, adverbs, numbers, prepositions, measure words, pronouns, particles
_PARTICLE_TAG = "u"
_COMMON = 1000  # occurrences in the texts that jieba's dictionary was counted in: 60 million words
_OWN = 30  # a rare word that a text has so many times as often as those texts is the text's own, such as a name


def has_surname(string: str) -> bool:
    """Return whether a string is made like a name: a surname and one or two characters more."""
    return (string[0] in SURNAMES and len(string) in (2, 3)) or (string[:2] in COMPOUND_SURNAMES and len(string) in (3, 4))


class Lexicon:
    """The words of jieba's dictionary, with their parts of speech and how often they occur in general."""

    def __init__(self) -> None:
        tokenizer = JiebaCutter().tokenizer
        self._counts: dict[str, int] = tokenizer.FREQ
        self._total: int = tokenizer.total
        with tokenizer.get_dict_file() as file:
            fields = (line.decode().split(" ") for line in file)
            self._tags: dict[str, str] = {word: tag.strip() for word, _, tag in fields}
        self._cut = tokenizer.cut

    def is_name(self, word: str) -> bool:
        """Return whether the dictionary has the word as a person's name."""
        return self._tags.get(word, "").startswith(_NAME_TAG)

    def is_grammatical(self, word: str) -> bool:
        """Return whether the word is one that joins others rather than names something."""
        return not self.is_name(word) and self._tags.get(word, "").startswith(_GRAMMAR_TAGS)

    def is_particle(self, word: str) -> bool:
        """Return whether the word is a particle, such as 的 or 了."""
        return self._tags.get(word, "").startswith(_PARTICLE_TAG)

    def is_word(self, string: str) -> bool:
        """Return whether the dictionary has the string, and not as a name."""
        return string in self._tags and not self.is_name(string)

    def is_ordinary(self, string: str, strings: RepeatedStrings) -> bool:
        """Return whether the string is a word of the language rather than one of the text's own."""
        count = self._counts.get(string, 0)
        own = count < _COMMON and strings.counts[string] / strings.characters > _OWN * count / self._total
        return self.is_word(string) and not own

    def parts(self, string: str) -> list[str]:
        """Return the words of the dictionary that make up a string, without guesses."""
        return list(self._cut(string, HMM=False))
