//! The laws of copies in the scripts that people write: what a person calls the same text lands in
//! one cluster, and two texts on one subject do not.

use concerted_model::plan::CopiesPlan;

use super::cluster;
use crate::posts::invented::posts;

/// One sentence in each of ten scripts, and another on the same subject.
const SENTENCES: [(&str, &str, &str); 10] = [
    (
        "Latin",
        "The old bridge over the lake is open again after the long winter",
        "After the long winter nobody knew whether the bridge would be repaired",
    ),
    (
        "Cyrillic",
        "Старый мост через озеро снова открыт после долгой зимы в нашем городе",
        "После долгой зимы никто не знал, починят ли когда-нибудь этот переход",
    ),
    (
        "Greek",
        "Η παλιά γέφυρα πάνω από τη λίμνη άνοιξε ξανά μετά τον μακρύ χειμώνα",
        "Κανείς δεν ήξερε αν θα επισκευαστεί ποτέ το πέρασμα για τους ψαράδες",
    ),
    (
        "Arabic",
        "الجسر القديم فوق البحيرة مفتوح من جديد بعد الشتاء الطويل في مدينتنا",
        "لم يعرف أحد هل سيتم إصلاح الممر للصيادين قبل حلول الربيع القادم",
    ),
    (
        "Persian",
        "پل قدیمی روی دریاچه پس از زمستان طولانی دوباره باز شده است",
        "هیچ‌کس نمی‌دانست که گذرگاه ماهیگیران تا بهار تعمیر خواهد شد یا نه",
    ),
    (
        "Hebrew",
        "הגשר הישן מעל האגם פתוח שוב אחרי החורף הארוך בעיר שלנו",
        "איש לא ידע אם המעבר לדייגים יתוקן לפני שיגיע האביב הבא",
    ),
    (
        "Devanagari",
        "झील के ऊपर का पुराना पुल लंबी सर्दी के बाद फिर से खुल गया है",
        "किसी को नहीं पता था कि मछुआरों का रास्ता वसंत से पहले ठीक होगा या नहीं",
    ),
    (
        "Thai",
        "สะพานเก่าข้ามทะเลสาบเปิดอีกครั้งหลังฤดูหนาวอันยาวนานในเมืองของเรา",
        "ไม่มีใครรู้ว่าทางเดินของชาวประมงจะได้รับการซ่อมแซมก่อนฤดูใบไม้ผลิหรือไม่",
    ),
    (
        "Japanese",
        "湖にかかる古い橋は長い冬のあとで今日ふたたび開きました、みなさんどうぞ",
        "漁師の通り道が春までに直るかどうかは、だれにも分かりませんでした",
    ),
    (
        "Korean",
        "호수 위의 오래된 다리가 긴 겨울이 지나고 오늘 다시 열렸습니다 여러분",
        "어부들이 다니는 길이 봄이 오기 전에 고쳐질지는 아무도 몰랐습니다",
    ),
];

/// The leader of each text, said one after the other.
fn leaders(texts: &[String]) -> Vec<u32> {
    let said = texts.iter().enumerate().map(|(second, text)| ("a", second as i64, text.as_str()));
    let found = cluster(&[posts(said)], &CopiesPlan::default()).unwrap().copies;
    assert_eq!(found.len(), texts.len(), "a text is too short to be compared: {texts:?}");
    found.leader.values().to_vec()
}

fn land_together(text: &str, variants: &[String]) {
    for variant in variants {
        assert_ne!(variant, text, "no variant");
        assert_eq!(
            leaders(&[text.to_owned(), variant.clone()]),
            [0, 0],
            "{text:?} and {variant:?}"
        );
    }
}

/// Puts `what` behind every `every`-th character that is a letter.
fn sprinkled(text: &str, what: &str, every: usize) -> String {
    let mut letters = 0;
    text.chars()
        .flat_map(|c| {
            letters += usize::from(c.is_alphabetic());
            let here = c.is_alphabetic() && letters % every == 0;
            [c.to_string(), if here { what.to_owned() } else { String::new() }]
        })
        .collect()
}

/// Letters replaced by others, one for one.
fn replaced(text: &str, pairs: &[(char, char)]) -> String {
    let other = |c: char| pairs.iter().find(|pair| pair.0 == c).map_or(c, |pair| pair.1);
    text.chars().map(other).collect()
}

#[test]
fn invisible_characters_anywhere_change_nothing_in_any_script() {
    for (_, text, _) in SENTENCES {
        let marks = [
            "\u{200B}", "\u{200C}", "\u{200D}", "\u{2060}", "\u{00AD}", "\u{FEFF}", "\u{180E}",
            "\u{034F}", "\u{202E}", "\u{2066}",
        ];
        land_together(text, &marks.map(|mark| sprinkled(text, mark, 2)));
    }
}

#[test]
fn emoji_punctuation_spaces_names_and_addresses_change_nothing_in_any_script() {
    for (_, text, _) in SENTENCES {
        land_together(
            text,
            &[
                format!("🔥🔥 {text} 👍🏽"),
                format!("{text}!!! …"),
                format!("@somebody {text} https://example.org/a"),
                text.replace(' ', "  ") + " ",
                sprinkled(text, "❤\u{FE0F}", 9),
            ],
        );
    }
}

#[test]
fn a_few_changed_letters_leave_a_text_in_its_cluster_in_any_script() {
    for (script, text, _) in SENTENCES {
        let mut letters: Vec<char> = text.chars().collect();
        let middle = letters.len() / 2;
        letters[middle] = letters[middle + 1];
        let changed: String = letters.into_iter().collect();
        if changed != text {
            assert_eq!(leaders(&[text.to_owned(), changed]), [0, 0], "{script}");
        }
    }
}

#[test]
fn two_texts_on_one_subject_are_two_texts_in_any_script() {
    for (script, text, other) in SENTENCES {
        assert_eq!(leaders(&[text.to_owned(), other.to_owned()]), [0, 1], "{script}");
    }
}

#[test]
fn case_and_full_width_and_styled_letters_change_nothing() {
    let (_, text, _) = SENTENCES[0];
    let wide: String = text
        .chars()
        .map(|c| if c.is_ascii_graphic() { char::from_u32(c as u32 + 0xFEE0).unwrap() } else { c })
        .collect();
    let bold: String = text
        .chars()
        .map(|c| match c {
            'a'..='z' => char::from_u32(0x1D41A + (c as u32 - 'a' as u32)).unwrap(),
            'A'..='Z' => char::from_u32(0x1D400 + (c as u32 - 'A' as u32)).unwrap(),
            other => other,
        })
        .collect();
    land_together(text, &[text.to_uppercase(), text.to_lowercase(), wide, bold]);
    land_together(SENTENCES[1].1, &[SENTENCES[1].1.to_uppercase()]);
    // Upper case loses the final sigma and the accents of Greek stay.
    land_together(SENTENCES[2].1, &[SENTENCES[2].1.to_uppercase()]);
}

#[test]
fn letters_of_another_alphabet_that_look_alike_change_nothing() {
    let to_cyrillic = [
        ('a', 'а'),
        ('e', 'е'),
        ('o', 'о'),
        ('p', 'р'),
        ('c', 'с'),
        ('x', 'х'),
        ('y', 'у'),
        ('i', 'і'),
        ('s', 'ѕ'),
        ('T', 'Т'),
    ];
    let back: Vec<(char, char)> = to_cyrillic.iter().map(|&(latin, twin)| (twin, latin)).collect();
    land_together(SENTENCES[0].1, &[replaced(SENTENCES[0].1, &to_cyrillic)]);
    land_together(SENTENCES[1].1, &[replaced(SENTENCES[1].1, &back)]);
    let greek = [('o', 'ο'), ('v', 'ν'), ('T', 'Τ'), ('p', 'ρ')];
    land_together(SENTENCES[0].1, &[replaced(SENTENCES[0].1, &greek)]);
}

#[test]
fn accents_on_european_letters_change_nothing() {
    let accents = [('e', 'é'), ('a', 'å'), ('o', 'ö'), ('i', 'î'), ('n', 'ñ')];
    let text = SENTENCES[0].1;
    let combining = sprinkled(text, "\u{0301}", 3);
    land_together(text, &[replaced(text, &accents), combining, sprinkled(text, "\u{0336}", 1)]);
    let bare =
        replaced(SENTENCES[2].1, &[('ά', 'α'), ('έ', 'ε'), ('ή', 'η'), ('ό', 'ο'), ('ύ', 'υ')]);
    land_together(SENTENCES[2].1, &[bare]);
}

#[test]
fn arabic_and_persian_spellings_change_nothing() {
    let arabic = SENTENCES[3].1;
    land_together(
        arabic,
        &[
            sprinkled(arabic, "\u{0640}", 2),
            sprinkled(arabic, "\u{064E}", 1),
            replaced(arabic, &[('ي', 'ی'), ('ك', 'ک'), ('ة', 'ه')]),
        ],
    );
    let persian = SENTENCES[4].1;
    land_together(
        persian,
        &[
            replaced(persian, &[('ی', 'ي'), ('ک', 'ك')]),
            sprinkled(persian, "\u{0640}", 2),
            replaced(persian, &[('ی', 'ى')]),
        ],
    );
    let digits = |zero: u32| {
        let year: String =
            [2, 0, 2, 4].iter().filter_map(|digit| char::from_u32(zero + digit)).collect();
        format!("{persian} {year}")
    };
    land_together(&digits(0x30), &[digits(0x0660), digits(0x06F0)]);
}

#[test]
fn points_and_final_forms_of_hebrew_change_nothing() {
    let hebrew = SENTENCES[5].1;
    land_together(
        hebrew,
        &[
            sprinkled(hebrew, "\u{05B8}", 1),
            replaced(hebrew, &[('ך', 'כ'), ('ם', 'מ'), ('ן', 'נ')]),
        ],
    );
}

#[test]
fn half_width_katakana_and_hiragana_change_nothing() {
    let text = "ミズウミニカカルフルイハシハキョウヒラキマシタ";
    let hiragana: String = text.chars().map(|c| char::from_u32(c as u32 - 0x60).unwrap()).collect();
    let half = "ﾐｽﾞｳﾐﾆｶｶﾙﾌﾙｲﾊｼﾊｷｮｳﾋﾗｷﾏｼﾀ".to_owned();
    land_together(text, &[hiragana, half]);
}
