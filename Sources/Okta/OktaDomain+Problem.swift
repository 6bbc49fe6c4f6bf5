public import Foundation

extension OktaDomain {
    /// Why what was typed is no Okta domain.
    public enum Problem: LocalizedError, Hashable, Sendable {
        case empty
        case placeholder
        case scheme(String)
        case userName
        case port
        case addressLiteral
        case privateAddress(String)
        case localWithoutPort
        case oneWord(String)
        case notOrg(String)
        case characters

        public var errorDescription: String? {
            switch self {
            case .empty: "No Okta domain was entered."
            case .placeholder: "The Okta domain still holds an example instead of the name of your org."
            case .scheme(let scheme): "The Okta domain starts with \(scheme)://, and Okta is reached over https only."
            case .userName: "The Okta domain contains an @ sign, as if it were an e-mail address or held a user name."
            case .port: "The Okta domain names a port, and an Okta org has none."
            case .addressLiteral: "The Okta domain is a numeric address, and an Okta org has a name."
            case .privateAddress(let host): "\(host) belongs to this machine or to a private network, not to Okta."
            case .localWithoutPort: "The address of the local Okta simulator has no port."
            case .oneWord(let word): "\(word) is only the first part of an Okta domain."
            case .notOrg(let host): "\(host) is a site of Okta's own, not the domain of your org."
            case .characters: "The Okta domain contains characters that no domain name has."
            }
        }

        public var recoverySuggestion: String? {
            switch self {
            case .oneWord(let word): "Enter the whole domain, for example \(word).okta.com."
            case .localWithoutPort: "Enter it with its port, for example http://127.0.0.1:8080."
            default:
                "Enter the domain shown at the upper right in the Okta Admin Console, for example acme.okta.com."
            }
        }
    }
}
