/// A public-looking DNS name: two labels or more, each of letters, digits and hyphens.
struct HostName {
    let text: String
    private let labels: [Substring]

    init(_ text: String) throws(OktaDomain.Problem) {
        self.text = text
        labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, labels.allSatisfy(Self.isLabel) else { throw .characters }
        guard labels.count > 1 else { throw .oneWord(text) }
        guard let last = labels.last, last.count > 1, last.contains(where: \.isLetter) else { throw .characters }
        if let suffix = oktaSuffix {
            let own = ["www", "login", "developer", "help", "support", "trust", "admin"]
            guard text != suffix, let first = labels.first, !own.contains(String(first)) else { throw .notOrg(text) }
        }
    }

    /// `acme-admin.okta.com` is where the Admin Console runs; the org itself is `acme.okta.com`. A custom domain may
    /// well end in `-admin` and stays as it is.
    var withoutAdminSuffix: String {
        guard oktaSuffix != nil, let first = labels.first, first.hasSuffix("-admin"), first != "-admin" else {
            return text
        }
        return ([first.dropLast("-admin".count)] + labels.dropFirst()).joined(separator: ".")
    }

    /// Which of Okta's own domains the name lies under; nil for a custom domain.
    private var oktaSuffix: String? {
        Self.oktaDomains.first { text == $0 || text.hasSuffix("." + $0) }
    }

    private static let oktaDomains = [
        "okta.com", "oktapreview.com", "okta-emea.com", "okta-gov.com", "okta.mil", "okta-miltest.com",
        "trex-govcloud.com",
    ]

    private static func isLabel(_ label: Substring) -> Bool {
        let isFit = label.utf8.allSatisfy { byte in
            (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
        }
        return isFit && (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
    }
}
