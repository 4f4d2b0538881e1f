"""Writes the demo shop's files into `data/demo/`: run it when the shop is to change, and commit what it writes.

Everything in them is invented, and comes out the same on every run. Phones are of ranges kept for fiction where a
country has one; e-mail addresses are at example.com.
"""

from __future__ import annotations

import csv
import gzip
import io
import random
import sys
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

TODAY = date(2026, 11, 20)
FIRST_DAY = date(2025, 9, 21)
SALES = 6_000
CUSTOMERS = 240
REGULAR = 184
REGULAR_SALES = 900
BRANCHES = (("Main St", 6), ("Harbour", 3), ("Station", 2))

GIVEN = {
    "es": [
        "Ana",
        "José",
        "Lucía",
        "Íñigo",
        "Sofía",
        "Andrés",
        "Begoña",
        "Raúl",
        "Inés",
        "Óscar",
        "Núria",
        "Jordi",
        "Álvaro",
        "Concepción",
        "Martín",
        "Rocío",
        "Iván",
        "Teresa",
        "Joaquín",
        "Carmen",
        "Ángel",
        "Montserrat",
        "Gonzalo",
        "Elena",
        "Fátima",
        "Hugo",
        "Aitana",
        "Rubén",
        "Olalla",
        "Xabier",
    ],
    "en": [
        "Grace",
        "Oliver",
        "Siobhán",
        "Callum",
        "Freya",
        "Aoife",
        "Harry",
        "Imogen",
        "Rhys",
        "Eleanor",
        "Declan",
        "Maeve",
    ],
    "pl": ["Łucja", "Grzegorz", "Małgorzata", "Paweł", "Zofia", "Krzysztof", "Agnieszka", "Świętosława"],
    "de": ["Jürgen", "Käthe", "Björn", "Annelie", "Götz", "Heike", "Lars", "Dörte"],
    "fr": ["Chloé", "Étienne", "Anaïs", "Gaël", "Maëlle", "Thérèse", "François", "Noël"],
    "zh": ("李小龍", "王秀英", "陳美玲", "張偉", "林志明", "黃淑芬"),
    "ar": ("فاطمة الزهراء", "محمد العلوي", "ليلى حداد", "يوسف بنعلي", "مريم الإدريسي"),
    "el": ("Γιώργος Παπαδόπουλος", "Ελένη Νικολάου"),
    "uk": ("Олена Шевченко", "Тарас Коваленко", "Ірина Бондар"),
    "ja": ("山田 太郎", "佐藤 花子"),
    "vi": ("Nguyễn Thị Hạnh", "Trần Văn Đức"),
    "tr": ("Işıl Çağlar", "Gökhan Şahin"),
}
FAMILY = {
    "es": [
        "García",
        "Fernández",
        "Martínez",
        "Pérez",
        "Muñoz",
        "Ibáñez",
        "Núñez",
        "Ordóñez",
        "Peña",
        "Reyes",
        "Castaño",
        "Domènech",
        "Etxeberria",
        "Vázquez",
        "Jiménez",
        "Güell",
        "Zúñiga",
        "Rodríguez",
        "López",
        "Sánchez",
    ],
    "en": [
        "Smith",
        "Smyth",
        "O’Brien",
        "Nic-Dhonnchadha",
        "Fletcher",
        "Whitaker",
        "McAllister",
        "Pryce-Jones",
        "Byrne",
    ],
    "pl": ["Wójcik", "Kowalczyk", "Dąbrowska", "Żak", "Łukasik", "Ścibor-Rylska"],
    "de": "Müller Weiß Schröder von Özdemir-Krause Großmann".replace("von Ö", "von-Ö").split(),
    "fr": ["Lefèvre", "Beaumont-Rivière", "Dupré", "Guérin", "D’Ambroise"],
}
COMPANIES = (
    "Talleres Ibáñez",
    "Panadería La Espiga",
    "Hostal Bahía",
    "Clínica Dental Sol",
    "Reformas Güell",
    "Café Moderno",
    "Gimnasio Atlas",
    "Floristería Azahar",
    "Imprenta Núñez",
    "Autoescuela Norte",
    "Bodegas del Puerto",
    "Ferretería Mayor",
    "Estudio Roca Arquitectos",
    "Librería Cervantes",
    "Náutica Levante",
    "Óptica Visión",
    "Peluquería Estilo",
    "Transportes Zúñiga",
    "Viajes Horizonte",
    "Academia Lingua",
)
FOREIGN_COMPANIES = (
    ("Hafenkontor Weiß GmbH", "DE"),
    ("Atelier Lefèvre SARL", "FR"),
    ("Galway Surf Supplies Ltd", "IE"),
    ("Quinta do Mar Lda", "PT"),
)
CITIES = (
    ("Valencia", "Valencia", "460", "ES"),
    ("Castellón de la Plana", "Castellón", "120", "ES"),
    ("Alicante", "Alicante", "030", "ES"),
    ("Sagunto", "Valencia", "465", "ES"),
    ("Dénia", "Alicante", "037", "ES"),
    ("Xàtiva", "Valencia", "468", "ES"),
    ("Gandia", "Valencia", "467", "ES"),
)
STREETS = (
    "Calle Mayor",
    "Avenida del Puerto",
    "Plaza del Ayuntamiento",
    "Calle de la Paz",
    "Carrer de Xàtiva",
    "Paseo Marítimo",
    "Calle San Vicente",
    "Camino Viejo",
    "Calle del Mar",
    "Ronda Norte",
)
TAGS = ("vip", "staff", "club", "wholesale", "neighbour", "press", "yoga", "swim")
CATEGORIES: dict[str, tuple[int, tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[int, int]]] = {
    # name: VAT percent, brands, things, kinds, price range in cents
    "Coffee & Tea": (
        10,
        ("Tostado", "Cumbre", "Hoja Verde", "Lumen"),
        (
            "Espresso beans",
            "Filter coffee",
            "Decaf beans",
            "Green tea",
            "Rooibos",
            "Earl Grey",
            "Chai",
            "Hot chocolate",
        ),
        ("250 g", "500 g", "1 kg", "20 bags"),
        (390, 2490),
    ),
    "Bakery": (
        4,
        ("La Espiga", "Obrador Sol"),
        (
            "Sourdough loaf",
            "Baguette",
            "Croissant",
            "Ensaimada",
            "Rye bread",
            "Almond cake",
            "Focaccia",
            "Cinnamon roll",
        ),
        ("piece", "half", "box of 6"),
        (110, 1450),
    ),
    "Pantry": (
        10,
        ("Huerta Alta", "Olivar", "Sal Marina", "Mil Flores"),
        (
            "Olive oil",
            "Sea salt",
            "Rosemary honey",
            "Tomato passata",
            "Chickpeas",
            "Bomba rice",
            "Smoked paprika",
            "Fig jam",
            "Anchovies",
        ),
        ("250 g", "500 ml", "1 kg", "5 l"),
        (180, 3890),
    ),
    "Drinks": (
        21,
        ("Fuente Clara", "Vermut Miró", "Bravo Cola", "Citrón"),
        ("Sparkling water", "Vermouth", "Lemonade", "Cola", "Tonic", "Alcohol-free beer", "Horchata", "Orange juice"),
        ("330 ml", "750 ml", "1.5 l", "6 × 330 ml"),
        (90, 1690),
    ),
    "Care": (
        21,
        ("Alba", "Pura", "Mar y Sal"),
        ("Hand soap", "Shampoo", "Body lotion", "Sun cream", "Lip balm", "Toothpaste", "Massage oil"),
        ("100 ml", "250 ml", "500 ml", "travel size"),
        (250, 2590),
    ),
    "Sportswear": (
        21,
        ("Atlas", "Northway", "Brisa", "Kinetic"),
        ("Yoga leggings", "Running shirt", "Swimsuit", "Windbreaker", "Sports socks", "Cap", "Hooded jacket"),
        ("S", "M", "L", "XL"),
        (790, 8990),
    ),
    "Equipment": (
        21,
        ("Atlas", "Pedal", "Levante"),
        ("Yoga mat", "Foam roller", "Kettlebell", "Skipping rope", "Swim goggles", "Water bottle", "Resistance band"),
        ("one size", "8 kg", "12 kg", "750 ml"),
        (690, 6490),
    ),
    "Home": (
        21,
        ("Casa Clara", "Nido", "Barro"),
        ("Scented candle", "Linen towel", "Ceramic mug", "Oak board", "Storage jar", "Blanket", "Vase", "Cushion"),
        ("small", "large", "set of 2", "set of 4"),
        (590, 7990),
    ),
    "Stationery": (
        21,
        ("Tinta", "Papelera"),
        ("Notebook", "Fountain pen", "Gift wrap", "Birthday card", "Calendar", "Pencil case"),
        ("A5", "A4", "single", "pack of 5"),
        (150, 3490),
    ),
    "Children": (
        21,
        ("Pequeño", "Bosque"),
        ("Wooden train", "Picture book", "Puzzle", "Rain boots", "Drawing set", "Plush whale"),
        ("2+", "4+", "6+"),
        (690, 3990),
    ),
    "Garden": (
        10,
        ("Raíz", "Terra Viva"),
        ("Potting soil", "Basil pot", "Tomato seeds", "Terracotta pot", "Watering can", "Lavender"),
        ("small", "medium", "large"),
        (190, 2990),
    ),
    "Classes": (
        21,
        ("Studio Main St",),
        ("Yoga class", "Pilates class", "Swim lesson", "Personal training", "Spinning class"),
        ("single", "10-pack"),
        (1200, 9500),
    ),
}
INCOMES = ("Under 15K", "15-24K", "25-34K", "35-49K", "50-74K", "75K+")
HOUSEHOLDS = ("1 adult", "2 adults", "2 adults, children", "1 adult, children", "shared flat")
MANY_BRANDS = ("Artesa", "Bonanza", "Cala", "Duna", "Eixample")


def main(folder: Path) -> None:
    """Write the three files."""
    chance = random.Random(20261120)
    folder.mkdir(parents=True, exist_ok=True)
    customers = _customers(chance)
    products = _products(chance)
    _write(folder / "customers.csv", customers)
    _write(folder / "products.csv", products)
    _write(folder / "sales.csv.gz", _sales(chance, customers, products))
    for path in sorted(folder.iterdir()):
        print(f"{path.name}: {path.stat().st_size:,} bytes")


def _customers(chance: random.Random) -> list[dict[str, str]]:
    rows = []
    companies = [(name, "ES") for name in COMPANIES] + list(FOREIGN_COMPANIES)
    company_at = set(chance.sample([n for n in range(1, CUSTOMERS + 1) if n != REGULAR], len(companies)))
    for number in range(1, CUSTOMERS + 1):
        company = companies.pop(0) if number in company_at else None
        rows.append(_regular() if number == REGULAR else _customer(chance, number, company))
    _same_phone_twice(rows)
    return rows


def _regular() -> dict[str, str]:
    return {
        "customer_ref": f"K{REGULAR:04}",
        "name": "María Fernández",
        "phone": "+34 655 550 678",
        "email": "maria.fernandez@example.com",
        "card": f"7700{REGULAR:06}",
        "born": "1984-11-27",
        "gender": "female",
        "company": "",
        "vat_no": "",
        "street": "Calle del Mar 14",
        "city": "Valencia",
        "region": "Valencia",
        "postcode": "46003",
        "country": "ES",
        "discount_code": "LOYAL10",
        "discount_until": "2027-03-31",
        "language": "es",
        "tags": "vip, club, yoga",
        "consent_email": "yes",
        "consent_sms": "",
        "consent_whatsapp": "no",
        "attribute.income": "50-74K",
        "attribute.household": "2 adults, children",
        "attribute.kids": "2",
        "note": "Allergic to almonds: warn her before the almond cake.",
    }


def _customer(chance: random.Random, number: int, company: tuple[str, str] | None) -> dict[str, str]:
    language = chance.choices(list(GIVEN), [60, 12, 7, 6, 6, 5, 4, 2, 3, 2, 2, 2])[0]
    name, gender = _name(chance, language)
    city, region, postcode, country = chance.choice(CITIES)
    born = date(1938, 1, 1) + timedelta(days=chance.randrange(25_000))
    detailed = chance.random() < 0.7
    plain = f"customer{number}@example.com" if not name.isascii() else f"{name.split()[0].lower()}.{number}@example.com"
    row = {
        "customer_ref": f"K{number:04}",
        "name": name,
        "phone": _phone(chance, number) if chance.random() < 0.92 else "",
        "email": plain if chance.random() < 0.8 else "",
        "card": f"7700{number:06}" if chance.random() < 0.5 else "",
        "born": born.isoformat() if detailed else (f"--{born:%m-%d}" if chance.random() < 0.2 else ""),
        "gender": gender if detailed else "",
        "company": company[0] if company else "",
        "vat_no": _vat_number(chance, company[1]) if company else "",
        "street": f"{chance.choice(STREETS)} {chance.randrange(1, 120)}" if detailed or company else "",
        "city": city,
        "region": region,
        "postcode": f"{postcode}{chance.randrange(1, 60):02}",
        "country": country,
        "discount_code": chance.choice(("LOYAL10", "CLUB5")) if chance.random() < 0.12 else "",
        "language": language if language in ("es", "en", "pl", "de", "fr") else "es",
        "tags": ", ".join(sorted(chance.sample(TAGS, chance.choice((0, 0, 0, 1, 1, 2))))),
        "consent_email": chance.choice(("yes", "yes", "no", "")),
        "consent_sms": chance.choice(("yes", "no", "", "")),
        "consent_whatsapp": chance.choice(("", "", "", "yes")),
        "attribute.income": chance.choice(INCOMES) if detailed and not company else "",
        "attribute.household": chance.choice(HOUSEHOLDS) if detailed and not company else "",
        "attribute.kids": str(chance.choice((0, 0, 1, 2, 3))) if detailed and not company else "",
        "note": chance.choice(NOTES) if chance.random() < 0.1 else "",
    }
    row["discount_until"] = chance.choice(("2026-12-31", "2026-10-31", "2027-06-30")) if row["discount_code"] else ""
    return row


NOTES = (
    "Prefers to be called in the afternoon.",
    "Collects her orders on Fridays.",
    "Pays the account on the 5th.",
    "Asks for a printed invoice.",
    "Likes to hear of new coffee beans.",
    "Parking pass for the loading bay.",
)


def _name(chance: random.Random, language: str) -> tuple[str, str]:
    given = chance.choice(GIVEN[language])
    female = given[-1:] in "aéeyı" or given in ("Begoña", "Inés", "Rocío", "Carmen", "Montserrat", "Grace", "Siobhán")
    gender = "female" if female else "male"
    if language not in FAMILY:
        return given, gender
    family = chance.choice(FAMILY[language])
    if language == "es" and chance.random() < 0.5:
        family = f"{family} {chance.choice(FAMILY['es'])}"
    if language == "es" and chance.random() < 0.12:
        given = f"{given} {chance.choice(('María', 'del Carmen', 'Luis', 'Ignacio'))}"
    return f"{given} {family}", gender


def _phone(chance: random.Random, number: int) -> str:
    kind = chance.random()
    if kind < 0.08:
        return f"+44 7700 900{number % 1000:03}"
    if kind < 0.12:
        return f"+33 6 39 98 {number % 90 + 10:02} {chance.randrange(10, 99)}"
    if kind < 0.15:
        return f"+1 212 555 01{number % 100:02}"
    local = f"655 55{number // 1000} {number % 1000:03}"
    return local if kind < 0.5 else f"+34 {local}"


def _same_phone_twice(rows: list[dict[str, str]]) -> None:
    """Some households share a phone: search has to show both."""
    for one, other in ((12, 40), (77, 78), (150, 203)):
        rows[other]["phone"] = rows[one]["phone"] = f"655 559 {one:03}"


def _vat_number(chance: random.Random, country: str) -> str:
    from stdnum.util import get_cc_module

    module = get_cc_module(country, "vat")
    assert module is not None
    shapes = {"ES": "B########", "DE": "#########", "FR": "###########", "IE": "#######AA", "PT": "5########"}
    while True:
        digits = "".join(
            chance.choice("0123456789") if letter == "#" else chance.choice("ABCDEFGHI") if letter == "A" else letter
            for letter in shapes[country]
        )
        if module.is_valid(digits):
            return f"{country}{digits}"


def _products(chance: random.Random) -> list[dict[str, str]]:
    rows = []
    for at, (category, (_, brands, things, kinds, prices)) in enumerate(CATEGORIES.items(), 1):
        made = [(thing, kind) for thing in things for kind in kinds]
        for serial, (thing, kind) in enumerate(made, 1):
            brand = (
                chance.choice(brands) if chance.random() < 0.8 or category == "Classes" else chance.choice(MANY_BRANDS)
            )
            low, high = prices
            price = round(chance.triangular(low, high, low + (high - low) / 4) / 10) * 10 - 1
            price = max(low, price * 9 // 2 if kind == "10-pack" else price)
            rows.append(
                {
                    "sku": f"{at:02}{serial:03}",
                    "name": f"{thing} {kind}" if category == "Classes" else thing,
                    "size": "" if category == "Classes" else kind,
                    "category": category,
                    "brand": brand,
                    "barcode": _barcode(at, serial),
                    "price": f"{price // 100}.{price % 100:02}",
                }
            )
    return rows


def _barcode(at: int, serial: int) -> str:
    """A bar code of the range that shops may use inside their walls."""
    digits = f"20{at:04}{serial:06}"
    odd, even = sum(map(int, digits[0::2])), sum(map(int, digits[1::2]))
    return f"{digits}{-(odd + 3 * even) % 10}"


def _sales(
    chance: random.Random, customers: list[dict[str, str]], products: list[dict[str, str]]
) -> list[dict[str, str]]:
    days = (TODAY - FIRST_DAY).days + 1
    refs = [row["customer_ref"] for row in customers]
    others = [ref for ref in refs if ref != f"K{REGULAR:04}"]
    chance.shuffle(others)
    weights = [1 / (place + 6) for place in range(len(others))]
    whose = [f"K{REGULAR:04}"] * REGULAR_SALES + [""] * 900
    whose += chance.choices(others, weights, k=SALES - len(whose))
    chance.shuffle(whose)
    moments = sorted(_moment(chance, days) for _ in whose)
    favourites = {ref: chance.sample(products, 12) for ref in refs}
    known = {row["customer_ref"]: row for row in customers}
    rows: list[dict[str, str]] = []
    for number, (ref, moment) in enumerate(zip(whose, moments, strict=True), 1):
        rows += _sale(chance, f"D{number:05}", moment, known.get(ref), favourites.get(ref, products), products)
    return rows


def _moment(chance: random.Random, days: int) -> datetime:
    while True:
        day = FIRST_DAY + timedelta(days=chance.randrange(days))
        busy = {5: 1.0, 6: 0.25}.get(day.weekday(), 0.7) * (1.0 if day.month == 12 else 0.8)
        if chance.random() < busy:
            break
    hour = chance.choices(range(9, 21), (3, 5, 7, 8, 7, 4, 3, 4, 6, 8, 7, 3))[0]
    return datetime(day.year, day.month, day.day, hour, chance.randrange(60), chance.randrange(60))


def _sale(
    chance: random.Random,
    number: str,
    moment: datetime,
    customer: dict[str, str] | None,
    favourites: list[dict[str, str]],
    products: list[dict[str, str]],
) -> list[dict[str, str]]:
    branch = chance.choices([name for name, _ in BRANCHES], [weight for _, weight in BRANCHES])[0]
    returned = customer is not None and chance.random() < 0.012
    wanted = chance.choices((1, 2, 3, 4, 5, 7), (34, 28, 18, 10, 7, 3))[0] if not returned else 1
    lines, total, seen = [], 0, set[str]()
    for _ in range(wanted):
        product = chance.choice(favourites if chance.random() < 0.6 else products)
        if product["sku"] in seen:
            continue
        seen.add(product["sku"])
        line = _line(chance, product, customer, moment, -1 if returned else 1)
        total += _cents(line["amount"])
        lines.append(line)
    about = {
        "sale": number,
        "sold_at": moment.isoformat(),
        "branch": branch,
        "terminal": f"till-{chance.randrange(1, 4)}",
        "kind": "return" if returned else "sale",
        "customer": customer["customer_ref"] if customer else "",
        "tender": _tender(chance, customer, moment, total),
        "note": "Return" if returned else "",
    }
    return [about | line for line in lines]


def _line(
    chance: random.Random, product: dict[str, str], customer: dict[str, str] | None, moment: datetime, sign: int
) -> dict[str, str]:
    quantity = chance.choices((1, 2, 3, 6), (80, 14, 4, 2))[0] if product["category"] != "Classes" else 1
    full = _cents(product["price"]) * quantity
    promotion = full * 15 // 100 if chance.random() < 0.06 else 0
    code = 0
    if customer and customer["discount_code"] and moment.date().isoformat() <= customer["discount_until"]:
        code = (full - promotion) * (10 if customer["discount_code"] == "LOYAL10" else 5) // 100
    amount = full - promotion - code
    rate = CATEGORIES[product["category"]][0]
    tax = (Decimal(amount * rate) / (100 + rate)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return {
        "product": product["sku"],
        "quantity": str(sign * quantity),
        "amount": _text(sign * amount),
        "discount.promotion": _text(sign * promotion) if promotion else "",
        "discount.loyalty": _text(sign * code) if code else "",
        "tax": _text(sign * int(tax)),
    }


def _tender(chance: random.Random, customer: dict[str, str] | None, moment: datetime, total: int) -> str:
    if customer and customer["company"] and moment.date() > date(2026, 9, 1) and total > 0 and chance.random() < 0.35:
        half = total // 2
        return "account" if chance.random() < 0.8 else f"card {_text(half)} + account {_text(total - half)}"
    return chance.choices(("card", "cash"), (68, 32))[0]


def _cents(text: str) -> int:
    return int(Decimal(text) * 100)


def _text(cents: int) -> str:
    return f"{Decimal(cents) / 100:.2f}"


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    content = text.getvalue().encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "data" / "demo")
