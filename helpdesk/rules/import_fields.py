"""What a column of an imported file may mean, and what its header most likely means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.rules.custom_field import Field as CustomField
from helpdesk.rules.custom_field import FieldNoun

NOUNS = ("customers", "organizations", "orders", "tickets")
WITH_CUSTOM_FIELDS = {"customers": FieldNoun.CUSTOMER, "tickets": FieldNoun.TICKET}


@dataclass(frozen=True, slots=True)
class Field:
    """``headers`` are the words by which files call it, without blanks and marks. Only of a field
    that takes ``many`` may several columns tell."""

    name: str
    headers: tuple[str, ...]
    many: bool = False


_EMAIL = ("email", "mail", "emailaddress", "customeremail", "requesteremail", "邮箱", "电子邮件",
          "电邮", "邮件地址")  # fmt: skip
_PHONE = ("phone", "phonenumber", "telephone", "mobile", "mobilenumber", "tel", "cell", "电话",
          "手机", "手机号", "手机号码", "联系电话")  # fmt: skip

_CUSTOMER_ID = ("customerid", "customernumber", "customerno", "客户编号", "客户id", "会员号")
_CUSTOMER = (
    Field("customer_external_id", (*_CUSTOMER_ID, "customerexternalid")),
    Field("email", _EMAIL, many=True),
    Field("phone", _PHONE, many=True),
)

FIELDS: dict[str, tuple[Field, ...]] = {
    "customers": (
        Field("external_id", ("externalid", "id", *_CUSTOMER_ID)),
        Field("name", ("name", "fullname", "customername", "customer", "contact", "姓名", "名字",
                       "客户", "客户名称", "客户姓名")),
        Field("email", _EMAIL, many=True),
        Field("phone", _PHONE, many=True),
        Field("locale", ("locale", "language", "lang", "语言")),
        Field("organization", ("organization", "organisation", "company", "companyname", "account",
                               "公司", "公司名称", "单位", "组织")),
    ),
    "organizations": (
        Field("external_id", ("externalid", "id", "organizationid", "companyid", "公司编号")),
        Field("name", ("name", "organization", "organisation", "company", "companyname", "公司",
                       "公司名称", "名称", "组织")),
        Field("domain", ("domain", "website", "emaildomain", "域名", "网站")),
    ),
    "orders": (
        Field("external_id", ("externalid", "id", "order", "orderid", "ordernumber", "orderno",
                              "number", "订单", "订单号", "订单编号")),
        *_CUSTOMER,
        Field("summary", ("summary", "items", "product", "products", "description", "商品", "内容",
                          "产品")),
        Field("placed_at", ("placedat", "placed", "date", "orderdate", "createdat", "created",
                            "日期", "下单时间", "下单日期")),
        Field("amount", ("amount", "total", "price", "sum", "金额", "总额", "总价")),
        Field("currency", ("currency", "货币", "币种")),
        Field("state", ("state", "status", "状态", "订单状态")),
    ),
    "tickets": (
        Field("external_id", ("externalid", "id", "ticket", "ticketid", "ticketnumber", "工单号",
                              "工单编号")),
        Field("subject", ("subject", "title", "summary", "主题", "标题")),
        Field("text", ("text", "description", "message", "body", "content", "内容", "描述",
                       "正文")),
        Field("name", ("name", "requester", "requestername", "customer", "customername", "客户",
                       "姓名", "请求人")),
        *_CUSTOMER,
        Field("status", ("status", "state", "状态")),
        Field("priority", ("priority", "优先级")),
        Field("tags", ("tags", "tag", "labels", "标签"), many=True),
        Field("team", ("team", "group", "department", "团队", "组")),
        Field("assignee", ("assignee", "agent", "owner", "assigneeemail", "负责人", "处理人")),
        Field("created_at", ("createdat", "created", "date", "opened", "创建时间", "日期")),
    ),
}  # fmt: skip


def field_names(noun: str) -> tuple[str, ...]:
    return tuple(field.name for field in FIELDS[noun])


def fields_of(noun: str, custom: Sequence[CustomField] = ()) -> tuple[Field, ...]:
    """What a column may mean: ``custom`` are the desk's own fields of the noun."""
    return (*FIELDS[noun], *(_of(field) for field in custom))


def _of(field: CustomField) -> Field:
    words = (field.column, field.key, field.name_en, field.name_zh)
    return Field(field.column, tuple(filter(None, map(_plain, words))))


def guess(noun: str, headers: Sequence[str], custom: Sequence[CustomField] = ()) -> list[str]:
    """The likely field of each header, "" for none; each field once unless it takes many.

    A header that is a field's very name, as in our exports, goes before those that are like it.
    """
    known = fields_of(noun, custom)
    names = {field.name for field in known}
    found = dict.fromkeys(range(len(headers)), "")
    for is_name in (True, False):
        for place, header in enumerate(headers):
            if (header in names) is is_name:
                free = [f for f in known if f.many or f.name not in found.values()]
                field = _named(free, header)
                found[place] = field.name if field else ""
    return list(found.values())


def _named(free: Sequence[Field], header: str) -> Field | None:
    plain = _plain(header)
    same = (field for field in free if field.name == header)
    exact = (field for field in free if plain in field.headers)
    numbered = (
        field for field in free
        if field.many and re.fullmatch(r"[a-z一-鿿]+\d", plain) and plain[:-1] in field.headers
    )  # fmt: skip
    return next(same, None) or next(exact, None) or next(numbered, None)


def _plain(header: str) -> str:
    kept = unicodedata.normalize("NFKC", header).casefold()
    return "".join(c for c in kept if c.isalnum())


def fault_of(
    noun: str,
    headers: Sequence[str],
    mapping: Sequence[str],
    custom: Sequence[CustomField] = (),
) -> str:
    """Which field of ``mapping`` is unknown or told by two columns; "" when it does."""
    known = {field.name: field for field in fields_of(noun, custom)}
    used = [name for name in mapping if name]
    for name in used:
        if name not in known or (not known[name].many and used.count(name) > 1):
            return name
    return "" if len(mapping) == len(headers) else "columns"
