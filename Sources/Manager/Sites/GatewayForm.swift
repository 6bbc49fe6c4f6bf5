import Access
import SignIn
import Storage
import WebUI

/// What was typed for a gateway.
struct GatewayForm {
    var name = ""
    var endpoint = ""
    var errors = FormErrors()

    /// With a name to begin with: the site's own, or with a number where a gateway has that one.
    init(for site: Site, beside gateways: [Gateway]) {
        let names = Set(gateways.map { $0.name.lowercased() })
        name = site.name
        var number = 1
        while names.contains(name.lowercased()) {
            number += 1
            name = "\(site.name) \(number)"
        }
    }

    /// The gateway as it is, to be renamed.
    init(_ gateway: Gateway) {
        (name, endpoint) = (gateway.name, gateway.endpoint)
    }

    init(_ form: Form) {
        name = form.value("gateway_name")
        endpoint = form.value("endpoint")
    }

    var nameField: Field { Field("Gateway name", name: "gateway_name", value: name, errors: errors) }

    var endpointField: Field {
        Field(
            "Endpoint",
            name: "endpoint",
            value: endpoint,
            hint: "Where Connect reaches it by UDP, for example berlin.acme.example:51820.",
            errors: errors
        )
    }

    /// Whether the store's refusal is about this form, which then says so at the field.
    mutating func take(_ error: any Error) -> Bool {
        guard let error = error as? StoreError else { return false }
        switch error {
        case .conflict(let sentence):
            errors.add(sentence, field: Self.field(of: sentence))
            return true
        case .alreadyExists(let sentence):
            errors.add("\(sentence) Choose another name.", field: "gateway_name")
            return true
        default:
            return false
        }
    }

    /// The name of the field that the store's sentence is about.
    private static func field(of sentence: String) -> String {
        sentence.lowercased().hasPrefix("the endpoint") ? "endpoint" : "gateway_name"
    }
}
