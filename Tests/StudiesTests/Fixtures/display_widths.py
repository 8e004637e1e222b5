"""Writes display_widths.json: columns of a terminal by wcwidth, for Tests/StudiesTests.

python3 display_widths.py > display_widths.json   (wcwidth 0.7.0)
"""
import json
from wcwidth import wcswidth

texts = ["", "kaiming-nfm", "花", "鳥 b", "中国語", "한국어", "ｆｕｌｌ", "ﾊﾝｶｸ", "naïve", "nai\u0308ve", "σ → 2",
         "日本 × 3", "⌚", "🙂", "👩‍👩‍👧", "❤️", "▁▂█", "—", "…", "Ελληνικά", "עברית", "🇩🇪", "〈a〉", "①", "㍻",
         "𠀋", "é́", "ᄀ", "ꥠ", "🈂", "𝛔"]
print(json.dumps([{"text": text, "width": wcswidth(text)} for text in texts], ensure_ascii=True,
                 indent=1))
