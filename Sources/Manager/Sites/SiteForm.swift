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

    /// The two fields, each with what is wrong with it.
    func fields(isReadOnly: Bool = false) -> HTML {
        let name = Field(
            "Name",
            name: "name",
            value: name,
            hint: "For example Berlin.",
            errors: errors,
            isReadOnly: isReadOnly
        )
        let range = Field(
            "Address range",
            name: "address_range",
            value: addressRange,
            hint: "The addresses at the site in CIDR form, for example 10.20.0.0/16.",
            errors: errors,
            isReadOnly: isReadOnly
        )
        return "\(name)\(range)"
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
