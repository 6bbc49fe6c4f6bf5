import Okta
import SignIn
import Storage
import WebUI

/// The four fields of the Okta Integration window as they were typed, and what is wrong with them.
struct ConfigurationForm: Sendable {
    enum Name {
        static let clientID = "client_id"
        static let clientSecret = "client_secret"
        static let apiToken = "api_token"
        static let domain = "okta_domain"
    }

    var clientID = ""
    var domain = ""
    /// Never sent back to the browser.
    var clientSecret = ""
    var apiToken = ""
    /// Whether the saved secrets stay where the fields are left empty.
    var keepsSecrets = false
    var errors = FormErrors()

    /// The fields of an integration that is there; empty where there is none.
    init(_ integration: OktaIntegration?) {
        guard let integration else { return }
        clientID = integration.clientID
        domain = integration.domain
        keepsSecrets = integration.isEnabled
    }

    /// What was posted. An empty secret stands for the saved one while client ID and domain are those it belongs to.
    init(_ form: Form, saved: OktaCredentials?, allowingLocal: Bool) {
        clientID = form.value(Name.clientID)
        domain = form.value(Name.domain)
        clientSecret = form.value(Name.clientSecret)
        apiToken = form.value(Name.apiToken)
        let shown = (try? OktaDomain(domain, allowingLocal: allowingLocal))?.shown
        if let saved, saved.clientID == clientID, saved.domain == shown {
            keepsSecrets = true
            if clientSecret.isEmpty { clientSecret = saved.clientSecret.value }
            if apiToken.isEmpty { apiToken = saved.apiToken.value }
        }
        addMissing(changed: saved != nil && !keepsSecrets)
    }

    private mutating func addMissing(changed: Bool) {
        let app = " from the app’s General tab in Okta"
        let tokens = " that you created under Security > API > Tokens in Okta"
        let again = " again, since the client ID or the domain changed"
        if clientID.isEmpty { errors.add("Enter the client ID" + app, field: Name.clientID) }
        if clientSecret.isEmpty {
            errors.add("Enter the client secret" + (changed ? again : app), field: Name.clientSecret)
        }
        if apiToken.isEmpty { errors.add("Enter the API token" + (changed ? again : tokens), field: Name.apiToken) }
        if domain.isEmpty { errors.add("Enter the Okta domain, for example example.okta.com", field: Name.domain) }
    }

    /// Puts each failed check at its field.
    mutating func add(_ report: ConnectionCheck.Report) {
        for failure in report.failures {
            errors.add("\(failure.sentence) \(failure.remedy)", field: failure.field.formName)
        }
    }

    /// The fields and *Confirm*.
    func html(csrf: String, saved: SecretField.Saved?) -> HTML {
        let kept = keepsSecrets ? saved : nil
        let fields: HTML = """
            \(Field("Client ID", name: Name.clientID, value: clientID, placeholder: "0oa…", errors: errors))\
            \(SecretField("Client Secret", name: Name.clientSecret, saved: kept, errors: errors))\
            \(SecretField("API Token", name: Name.apiToken, saved: kept, errors: errors))\
            \(Field(
                "Okta Domain",
                name: Name.domain,
                value: domain,
                hint: "Copied from under your name at the upper right of the Okta screen; any pasted form is understood.",
                placeholder: "example.okta.com",
                errors: errors
            ))
            """
        let confirm: HTML = """
            \(Button("Confirm"))<span class="soft small">Every value is tested before anything is saved.</span>
            """
        return PostForm(OktaPath.configuration, csrf: csrf, fields + confirm.within("actions")).html
    }
}

extension ConnectionCheck.Field {
    fileprivate var formName: String {
        switch self {
        case .domain: ConfigurationForm.Name.domain
        case .clientID: ConfigurationForm.Name.clientID
        case .clientSecret: ConfigurationForm.Name.clientSecret
        case .apiToken: ConfigurationForm.Name.apiToken
        }
    }
}

extension ConnectionCheck.Report {
    /// Every check by name, with what came of it.
    var checklist: Checklist {
        Checklist(
            checks.map { check in
                switch check.outcome {
                case .passed(let detail): .init(check.title, .passed(detail.isEmpty ? nil : detail))
                case .failed(let failure): .init(check.title, .failed(failure.sentence, remedy: failure.remedy))
                case .notRun: .init(check.title, .notRun)
                }
            }
        )
    }
}
