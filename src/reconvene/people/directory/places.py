"""Countries, languages and time zones as HR systems name them. Read by `cells`."""

# Windows names from the Unicode CLDR table windowsZones; the territory "001".
WINDOWS_ZONES = {
    "gmt standard time": "Europe/London", "w. europe standard time": "Europe/Berlin", "romance standard time": "Europe/Paris",
    "central europe standard time": "Europe/Budapest", "central european standard time": "Europe/Warsaw",
    "e. europe standard time": "Europe/Chisinau", "fle standard time": "Europe/Kyiv", "gtb standard time": "Europe/Bucharest",
    "turkey standard time": "Europe/Istanbul", "russian standard time": "Europe/Moscow", "israel standard time": "Asia/Jerusalem",
    "south africa standard time": "Africa/Johannesburg", "egypt standard time": "Africa/Cairo",
    "arabian standard time": "Asia/Dubai", "india standard time": "Asia/Kolkata", "china standard time": "Asia/Shanghai",
    "singapore standard time": "Asia/Singapore", "tokyo standard time": "Asia/Tokyo", "korea standard time": "Asia/Seoul",
    "aus eastern standard time": "Australia/Sydney", "new zealand standard time": "Pacific/Auckland",
    "eastern standard time": "America/New_York", "central standard time": "America/Chicago",
    "mountain standard time": "America/Denver", "pacific standard time": "America/Los_Angeles",
    "e. south america standard time": "America/Sao_Paulo", "argentina standard time": "America/Buenos_Aires",
    "sa pacific standard time": "America/Bogota", "central standard time (mexico)": "America/Mexico_City",
}  # fmt: skip

LANGUAGES = {
    "en": "english englisch anglais ingles engels", "de": "german deutsch allemand aleman duits",
    "fr": "french franzosisch francais frances frans", "es": "spanish spanisch espagnol espanol castellano spaans",
    "nl": "dutch niederlandisch neerlandais neerlandes nederlands", "it": "italian italienisch italien italiano italiaans",
    "pt": "portuguese portugiesisch portugais portugues portugees", "pl": "polish polnisch polonais polaco pools polski",
    "sv": "swedish schwedisch suedois sueco zweeds svenska", "da": "danish danisch danois danes deens dansk",
    "nb": "norwegian norwegisch norvegien noruego noors norsk", "fi": "finnish finnisch finnois fines fins suomi",
    "cs": "czech tschechisch tcheque checo tsjechisch cestina", "hu": "hungarian ungarisch hongrois hungaro hongaars magyar",
    "ro": "romanian rumanisch roumain rumano roemeens romana", "el": "greek griechisch grec griego grieks",
    "tr": "turkish turkisch turc turco turks turkce", "ru": "russian russisch russe ruso", "uk": "ukrainian ukrainisch ukrainien",
    "ar": "arabic arabisch arabe", "he": "hebrew hebraisch hebreu hebreo", "hi": "hindi",
    "zh": "chinese chinesisch chinois chino mandarin", "ja": "japanese japanisch japonais japones", "ko": "korean koreanisch coreen",
}  # fmt: skip
LANGUAGE_CODES = {word: code for code, words in LANGUAGES.items() for word in (code, *words.split())}

_COUNTRIES = {
    "GB": "united kingdom|uk|great britain|england|scotland|wales|northern ireland|vereinigtes konigreich|royaume uni|reino unido",
    "US": "united states|usa|united states of america|vereinigte staaten|etats unis|estados unidos|verenigde staten",
    "DE": "germany|deutschland|allemagne|alemania|duitsland", "FR": "france|frankreich|francia|frankrijk",
    "ES": "spain|spanien|espagne|espana|spanje", "NL": "netherlands|the netherlands|niederlande|pays bas|paises bajos|nederland",
    "BE": "belgium|belgien|belgique|belgica|belgie", "AT": "austria|osterreich|autriche|oostenrijk",
    "CH": "switzerland|schweiz|suisse|suiza|zwitserland", "IT": "italy|italien|italie|italia", "IE": "ireland|irland|irlande|ierland",
    "PT": "portugal", "PL": "poland|polen|pologne|polonia", "SE": "sweden|schweden|suede|suecia|zweden",
    "DK": "denmark|danemark|danmark|dinamarca|denemarken", "NO": "norway|norwegen|norvege|noruega|noorwegen",
    "FI": "finland|finnland|finlande|finlandia", "CZ": "czechia|czech republic|tschechien", "HU": "hungary|ungarn|hongrie",
    "RO": "romania|rumanien|roumanie", "GR": "greece|griechenland|grece", "TR": "turkey|turkei|turquie|turkiye",
    "CA": "canada|kanada", "MX": "mexico|mexiko|mexique", "BR": "brazil|brasilien|bresil|brasil", "AR": "argentina|argentinien",
    "CO": "colombia|kolumbien", "CL": "chile", "IN": "india|indien|inde", "CN": "china", "JP": "japan|japon", "KR": "south korea",
    "SG": "singapore|singapur|singapour", "AU": "australia|australien|australie", "NZ": "new zealand|neuseeland",
    "ZA": "south africa|sudafrika", "AE": "united arab emirates", "IL": "israel", "LU": "luxembourg|luxemburg",
}  # fmt: skip
COUNTRY_CODES = {name: code for code, names in _COUNTRIES.items() for name in names.split("|")}
