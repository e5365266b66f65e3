//! Regions of Azure, and slips in their names.

/// Regions that have a name of letters and, some, one digit. New ones come up: one that is not here is not wrong.
const REGIONS: [&str; 72] = [
    "australiacentral",
    "australiaeast",
    "australiasoutheast",
    "austriaeast",
    "belgiumcentral",
    "brazilsouth",
    "brazilsoutheast",
    "canadacentral",
    "canadaeast",
    "centralindia",
    "centralus",
    "chilecentral",
    "chinaeast",
    "chinaeast2",
    "chinaeast3",
    "chinanorth",
    "chinanorth2",
    "chinanorth3",
    "denmarkeast",
    "eastasia",
    "eastus",
    "eastus2",
    "eastus3",
    "francecentral",
    "francesouth",
    "germanynorth",
    "germanywestcentral",
    "indonesiacentral",
    "israelcentral",
    "italynorth",
    "japaneast",
    "japanwest",
    "jioindiacentral",
    "jioindiawest",
    "koreacentral",
    "koreasouth",
    "malaysiawest",
    "mexicocentral",
    "newzealandnorth",
    "northcentralus",
    "northeurope",
    "norwayeast",
    "norwaywest",
    "polandcentral",
    "qatarcentral",
    "southafricanorth",
    "southafricawest",
    "southcentralus",
    "southeastasia",
    "southindia",
    "spaincentral",
    "swedencentral",
    "swedensouth",
    "switzerlandnorth",
    "switzerlandwest",
    "taiwannorth",
    "uaecentral",
    "uaenorth",
    "uksouth",
    "ukwest",
    "usdodcentral",
    "usdodeast",
    "usgovarizona",
    "usgoviowa",
    "usgovtexas",
    "usgovvirginia",
    "westcentralus",
    "westeurope",
    "westindia",
    "westus",
    "westus2",
    "westus3",
];

/// Hosts that begin with a region, perhaps behind a name of one's own.
const HOSTS: [&str; 8] = [
    ".tts.speech.microsoft.com",
    ".stt.speech.microsoft.com",
    ".tts.speech.azure.cn",
    ".stt.speech.azure.cn",
    ".api.cognitive.microsoft.com",
    ".api.cognitive.azure.cn",
    ".inference.ai.azure.com",
    ".models.ai.azure.com",
];

/// The region that was meant, if a name is none and the only one with a single slip of the hand in its letters.
pub(crate) fn region_meant(name: &str) -> Option<&'static str> {
    if REGIONS.contains(&name) {
        return None;
    }
    // `eastus4` may be as new as `eastus3` was.
    let number = |text: &str| text.bytes().filter(u8::is_ascii_digit).collect::<Vec<_>>();
    let mut near = REGIONS.into_iter().filter(|region| number(region) == number(name) && is_one_slip(name, region));
    near.next().filter(|_| near.next().is_none())
}

/// The part of a host that stands where a region does.
pub(crate) fn region_of_host(host: &str) -> Option<&str> {
    let before = HOSTS.iter().find_map(|end| host.strip_suffix(end))?;
    before.rsplit('.').next()
}

/// Whether a letter is missing, too many, another, or two have changed places.
fn is_one_slip(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[same..], &other[same..]);
    match (one, other) {
        ([a, b, one @ ..], [c, d, other @ ..]) if a == d && b == c && one == other => true,
        ([_, one @ ..], [_, other @ ..]) if one == other => true,
        ([_, rest @ ..], other) if rest == other => true,
        (one, [_, rest @ ..]) => one == rest,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_of_the_hand_is_understood_and_what_may_be_new_is_not_judged() {
        for (name, meant) in [
            ("westerope", "westeurope"),
            ("westeurpoe", "westeurope"),
            ("westeuroppe", "westeurope"),
            ("uksoutb", "uksouth"),
            ("esatus2", "eastus2"),
        ] {
            assert_eq!(region_meant(name), Some(meant), "{name}");
        }
        for name in ["westeurope", "eastus2", "eastus4", "westus3", "westerop", "greecewest", "usa", "", "front-desk"] {
            assert_eq!(region_meant(name), None, "{name}");
        }
    }

    #[test]
    fn a_region_stands_at_the_end_of_what_is_ones_own() {
        assert_eq!(region_of_host("westerope.api.cognitive.microsoft.com"), Some("westerope"));
        assert_eq!(region_of_host("my-model.eastus2.models.ai.azure.com"), Some("eastus2"));
        assert_eq!(region_of_host("front-desk.openai.azure.com"), None);
    }
}
