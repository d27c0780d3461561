"""COVID-19 products and the dated rules about them (ages, intervals, mixing, boosters) as our own tables.

Numbers come from the reference facts; what is only remembered there stays marked `recalled` here. Rules are dated so
that a dose is always judged by what was in force on its day.
"""

import re
from pathlib import Path
from typing import Any

from files import read_json, write_json

# Ids are stored in every dose: append only, never renumber.
IDS = {
    "astrazeneca": 1,
    "pfizer": 2,
    "moderna": 3,
    "verocell": 4,
    "sputnikv": 5,
    "janssen": 6,
    "hayatvax": 7,
    "abdala": 8,
    "covaxin": 9,
}
SHORT = {
    "astrazeneca": "AstraZeneca",
    "pfizer": "Pfizer",
    "moderna": "Moderna",
    "verocell": "Vero Cell",
    "sputnikv": "Sputnik V",
    "janssen": "Janssen",
    "hayatvax": "Hayat-Vax",
    "abdala": "Abdala",
    "covaxin": "Covaxin",
}
PLATFORM_VI = {
    "viral vector": "véc tơ vi rút",
    "mRNA": "mRNA",
    "inactivated": "bất hoạt",
    "protein subunit": "tiểu đơn vị protein",
}
DIFFERENT_PARTS = {
    "vi": "Mũi 1 là thành phần I, mũi 2 là thành phần II, không thay cho nhau.",
    "en": "Dose 1 is component I, dose 2 is component II; they do not replace each other.",
}
# Once opened, a vial is thrown away at the end of the session or after six hours, whichever comes first: the rule of
# the multi-dose vial policy for vaccines without preservative. Remembered, not seen in a source here; so are the two
# hours that the maker of Sputnik V allows.
VIAL_POLICY = "WHO/IVB/14.07"
HOURS_OPEN = {"sputnikv": 2}
USUAL_HOURS_OPEN = 6
THREE_MONTH_BOOSTER = "10722/BYT-DP"
# Opening dates of the paediatric ages of Comirnaty: remembered, not seen in a source.
PFIZER_AGES = [
    ("2021-06-12", "2021-10-14", 18, None, "source"),
    ("2021-10-14", "2022-04-14", 12, "8688/BYT-DP", "recalled"),
    ("2022-04-14", None, 5, None, "recalled"),
]


def decision(text: str) -> tuple[str, str]:
    """'983/QD-BYT 2021-02-01' -> ('983/QĐ-BYT', '2021-02-01')."""
    number, date = text.split()
    return number.replace("QD", "QĐ"), date


def product(facts: dict[str, Any]) -> dict[str, Any]:
    key = facts["key"]
    reference, approved_on = decision(facts["moh_decision"])
    cold, warm = facts["storage_c"]
    return {
        "id": IDS[key],
        "key": key,
        "name": facts["name_vn"],
        "short_name": SHORT[key],
        "active": facts["who"],
        "platform": {"vi": PLATFORM_VI[facts["platform"]], "en": facts["platform"]},
        "primary_doses": facts["primary_doses"],
        "codes": {
            "eu_product": facts["dcc_mp"],
            "eu_manufacturer": facts["dcc_ma"],
            "eu_prophylaxis": facts["dcc_vp"],
            "cvx": facts["cvx"],
            "cvx_other": facts.get("cvx_other", {}),
            "mvx": facts["mvx"],
        },
        "storage": {"min_c": cold, "max_c": warm, "note": facts.get("storage_note")},
        "vial_doses": facts.get("vial_doses", []),
        "vial": vial(facts),
        "dose_ml": facts["dose_ml"],
        "booster_ml": facts.get("booster_ml"),
        "distinct_components": "components" in facts,
        "component_note": DIFFERENT_PARTS if "components" in facts else None,
        "contraindicated": facts.get("contraindicated", []),
        "approved_on": approved_on,
        "reference": reference,
        "basis": "source" if facts["moh_confidence"] == "page" else "recalled",
    }


def vial(facts: dict[str, Any]) -> dict[str, Any]:
    """How long a vial keeps: opened, by policy; thawed, by the note on its storage ("2-8C up to 30 days")."""
    thawed = re.search(r"2-8C up to (\d+) days", facts.get("storage_note") or "")
    hours = HOURS_OPEN.get(facts["key"])
    return {
        "hours_open": hours or USUAL_HOURS_OPEN,
        "thawed_days": int(thawed[1]) if thawed else None,
        "reference": "" if hours else VIAL_POLICY,
        "basis": "recalled",
    }


def product_rules(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """The primary series of one product: ages and days between doses, by date."""
    reference, approved_on = decision(facts["moh_decision"])
    interval = facts["interval_days"] or [None, None]
    quoted = "3588/QĐ-BYT" if "3588" in facts.get("interval_source", "") else reference
    ages = PFIZER_AGES if facts["key"] == "pfizer" else [(approved_on, None, facts["min_age"], None, "source")]
    return [
        {
            "product": facts["key"],
            "valid_from": start,
            "valid_to": end,
            "primary_doses": facts["primary_doses"],
            "min_interval_days": interval[0],
            "max_interval_days": interval[1],
            "min_age": age,
            "max_age": None,
            "reference": age_reference or quoted,
            "interval_reference": quoted,
            "basis": basis,
        }
        for start, end, age, age_reference, basis in ages
    ]


def mixing_rules(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Primary series begun with one product and finished with another. A pair without a row is not allowed."""
    started = {"astrazeneca": "2021-07-26", "verocell": "2021-08-01", "moderna": "2021-09-01"}
    conditions = {
        ("astrazeneca", "pfizer"): {
            "vi": "Khi nguồn vắc xin hạn chế và người tiêm đồng ý.",
            "en": "When supply is limited and the person agrees.",
        },
        ("moderna", "pfizer"): {
            "vi": "Chỉ khi không còn vắc xin cùng loại.",
            "en": "Only when the same product is not available.",
        },
    }
    minimum = {"moderna": 28, "pfizer": 21}
    rows = []
    for rule in rules:
        pairs = [(rule["from"], rule["to"])]
        if "both directions" in rule.get("condition", ""):
            pairs.append((rule["to"], rule["from"]))
        low_high = rule.get("interval_days")
        for before, after in pairs:
            days = low_high or ([minimum[before], 84] if rule["allowed"] else [None, None])
            rows.append(
                {
                    "from": before,
                    "to": after,
                    "allowed": rule["allowed"],
                    "min_interval_days": days[0],
                    "max_interval_days": days[1] if low_high else None,
                    "condition": conditions.get((rule["from"], rule["to"])),
                    "valid_from": started[rule["from"]],
                    "valid_to": None,
                    "reference": "Hướng dẫn của Bộ Y tế, tháng 7-9/2021",
                    "basis": "month known, day recalled",
                }
            )
    return rows


def booster_rules(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Doses after the primary series. `products` maps the last primary product to those allowed; '*' is any other."""
    mrna = ["pfizer", "moderna"]
    allowed = {
        "pfizer": [*mrna, "astrazeneca"],
        "moderna": [*mrna, "astrazeneca"],
        "astrazeneca": ["astrazeneca", *mrna],
        "janssen": ["janssen", *mrna],
        "verocell": ["verocell", "astrazeneca", *mrna],
        "hayatvax": ["hayatvax", "verocell", "astrazeneca", *mrna],
        "*": mrna,
    }
    six, three = facts["booster"]["versions"]
    dates = [
        (six["effective"], three["effective"], six["min_months"], None),
        (three["effective"], None, three["min_months"], THREE_MONTH_BOOSTER),
    ]
    rows: list[dict[str, Any]] = [
        {
            "kind": "booster",
            "valid_from": start,
            "valid_to": end,
            "min_months": months,
            "min_days": None,
            "min_age": 18,
            "max_doses": 3,
            "products": allowed,
            "same_product_allowed": True,
            "reference": reference,
            "basis": "recalled",
        }
        for start, end, months, reference in dates
    ]
    rows.append(
        {
            "kind": "additional",
            "valid_from": three["effective"],
            "valid_to": None,
            "min_months": None,
            "min_days": facts["additional_dose"]["min_days_after_last_primary"],
            "min_age": 18,
            "max_doses": 1,
            "products": allowed,
            "same_product_allowed": True,
            "for_whom": {
                "vi": "Người suy giảm miễn dịch vừa và nặng.",
                "en": "People with moderate or severe immunosuppression.",
            },
            "reference": THREE_MONTH_BOOSTER,
            "basis": "recalled",
        }
    )
    return rows


def check_forms(shared: Path, target: Path) -> None:
    """The screening forms are written by hand: hold their limits and dates to the reference facts."""
    facts = read_json(shared / "forms/forms_vn.json")["screening"]
    forms = {form["reference"].replace("Đ", "D"): form for form in read_json(target / "screening_forms.json")["forms"]}
    dates = {version["decision"]: version["from"] for version in facts["versions"]}
    for reference, form in forms.items():
        if dates[reference] != form["valid_from"]:
            raise SystemExit(f"{form['code']}: valid_from {form['valid_from']}, the decision says {dates[reference]}")
    limits = facts["adult_5785"]["vital_limits"]
    measures = {measure["code"]: measure for measure in forms["5785/QD-BYT"]["measures"]}
    for code in ("temperature_c", "pulse", "systolic_bp", "diastolic_bp"):
        if [measures[code]["low"], measures[code]["high"]] != limits[code]:
            raise SystemExit(f"adult-5785: limits of {code} differ from the decision: {limits[code]}")
    if measures["respiratory_rate"]["high"] != limits["respiratory_rate_max"]:
        raise SystemExit("adult-5785: limit of respiratory_rate differs from the decision")


def build(shared: Path, target: Path) -> None:
    source = read_json(shared / "vaccines/covid_products_vn.json")
    products = sorted(source["products"], key=lambda facts: IDS[facts["key"]])
    write_json(
        target / "products.json",
        {
            "products": [product(facts) for facts in products],
            "product_rules": [rule for facts in products for rule in product_rules(facts)],
            "mixing_rules": mixing_rules(source["rules"]["mixing"]),
            "booster_rules": booster_rules(source["rules"]),
        },
    )
    check_forms(shared, target)
