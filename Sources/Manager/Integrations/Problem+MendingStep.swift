import Okta
import Storage
import WebUI

extension Storage.Problem {
    /// Where an administrator mends what stopped the synchronization: the field whose value Okta does not take.
    var mendingStep: Link {
        let refusals: [OktaError] = [
            .tokenRejected, .notPermitted(to: .readGroups), .notPermitted(to: .readMembers),
            .notPermitted(to: .readUsers),
        ]
        let isAboutToken = refusals.contains { $0.errorDescription == what }
        guard isAboutToken else { return Link("See the configuration", to: OktaPath.configuration) }
        let field = Field.id(ConfigurationForm.Name.apiToken)
        return Link("Enter another API token", to: OktaPath.configuration.fragment(field))
    }
}
