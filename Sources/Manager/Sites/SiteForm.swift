import Access
import SignIn
import Storage
import WebUI

/// What was typed for a site, with what is wrong with it.
struct SiteForm {
    var name = ""
    var addressRange = ""
    var errors = FormErrors()

    init() {}

    init(_ site: Site) {
        name = site.name
        addressRange = site.addressRange.description
    }

    init(_ form: Form) {
        name = form.value("name")
        addressRange = form.value("address_range")
        if name.isEmpty { errors.add("Enter a name, for example Berlin", field: "name") }
    }

    /// The range, once the whole form is fit to be saved.
    mutating func readRange() -> AddressRange? {
        do {
            let range = try AddressRange(addressRange)
            return errors.isEmpty ? range : nil
        } catch {
            errors.add(error.correction, field: "address_range")
        }
        return nil
    }

    /// Whether the store's refusal is about this form, which then says so at the field.
    mutating func take(_ error: any Error) -> Bool {
        switch error as? StoreError {
        case .alreadyExists(let sentence): errors.add("\(sentence) Choose another name.", field: "name")
        case .conflict(let sentence) where name.isEmpty || name.count > 100: errors.add(sentence, field: "name")
        case .conflict(let sentence):
            errors.add("\(sentence) Enter a range without those addresses.", field: "address_range")
        default: return false
        }
        return true
    }
}

/// What was typed for a gateway.
struct GatewayForm {
    var name = ""
    var endpoint = ""
    var publicKey = ""
    var errors = FormErrors()

    /// A form with a name to begin with: the site's own for its first gateway, then with a number that is free.
    init(for site: Site, beside gateways: [Gateway]) {
        let names = Set(gateways.map { $0.name.lowercased() })
        var number = 1
        name = site.name
        while names.contains(name.lowercased()) || (number == 1 && !gateways.isEmpty) {
            number += 1
            name = "\(site.name) \(number)"
        }
    }

    init(_ form: Form) {
        name = form.value("gateway_name")
        endpoint = form.value("endpoint")
        publicKey = form.value("public_key")
    }

    mutating func take(_ error: any Error) -> Bool {
        guard let error = error as? StoreError else { return false }
        switch error {
        case .conflict(let sentence), .alreadyExists(let sentence):
            errors.add(sentence, field: Self.field(of: sentence))
            return true
        default:
            return false
        }
    }

    /// The name of the field that the store's sentence is about.
    private static func field(of sentence: String) -> String {
        let words = sentence.lowercased()
        if words.contains("public key") { return "public_key" }
        return words.hasPrefix("the endpoint") ? "endpoint" : "gateway_name"
    }
}

extension AddressRange.Problem {
    /// What to type instead, as the page says it at the field.
    fileprivate var correction: String {
        switch self {
        case .notCIDR: "Enter an address range in CIDR form, for example 10.20.0.0/16"
        case .prefixLength: "Enter a prefix length from 8 to 32, for example 10.20.0.0/16"
        case .hostBits(let meant): "Enter the first address of the range: \(meant)"
        }
    }
}
