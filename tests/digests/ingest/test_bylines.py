import pytest

from digests.ingest.bylines import people_in


@pytest.mark.parametrize(
    ("field", "reporters"),
    [
        ("张三", ("张三",)),
        ("张三丰、李四", ("张三丰", "李四")),
        ("陈曦,王强", ("陈曦", "王强")),
        ("张 三 李四", ("张三", "李四")),
        ("欧阳修", ("欧阳修",)),
        ("买买提·吐尔逊", ("买买提·吐尔逊",)),
        ("本报记者 冯思家", ("冯思家",)),
        ("嘉报集团全媒体记者 张三", ("张三",)),
        ("作者：张三", ("张三",)),
        ("zhang@example.com (张三)", ("张三",)),
        ("王小明(实习生)", ("王小明",)),
    ],
)
def test_people_in_an_author_field_are_reporters(field: str, reporters: tuple[str, ...]) -> None:
    assert people_in(field).reporters == reporters


def test_the_words_of_a_role_are_heeded() -> None:
    credited = people_in("记者 张三 文 李四 摄 通讯员 王强")
    assert (credited.reporters, credited.photographers, credited.correspondents) == (("张三",), ("李四",), ("王强",))


@pytest.mark.parametrize(
    "field",
    [
        "",
        "admin",
        "嘉兴日报",
        "新华社",
        "管理员",
        "编辑部",
        "责任编辑:王五",
        "南湖发布",
        "海盐县",
        "嘉兴市公安局",
        "x" * 999,
    ],
)
def test_who_is_no_person_is_nobody(field: str) -> None:
    credited = people_in(field)
    assert (*credited.reporters, *credited.correspondents, *credited.photographers) == ()
