import SignIn
import WebUI

/// What to do in Okta before its values can be entered here, in the words of Okta's own screens.
struct OktaSteps: Component {
    let settings: WebSettings

    var html: HTML {
        """
        <p>You need an Okta plan with an SSO license that allows API access, and the role of an Okta administrator who \
        may create apps and API tokens. It takes about 10 minutes; you can leave and come back at any time.</p>
        <hr>\(Steps([createApp, addresses, scopes, token]))
        """
    }

    private var createApp: Steps.Step {
        .init(
            "Create the app integration in Okta",
            """
            <p>Click <b>Admin</b> at the upper right, then <b>Applications</b> and <b>Create App Integration</b>. \
            Select <b>OIDC - OpenID Connect</b> as the sign-in method and <b>Web Application</b> as the application \
            type, click <b>Next</b>, and give it an <b>App integration name</b>, for example Timus.</p>
            """
        )
    }

    private var addresses: Steps.Step {
        .init(
            "Give Okta our addresses",
            """
            <p>Paste them into the fields of the same names and remove what stands there. Assign the app to the people \
            and groups who use Timus, and click <b>Save</b>.</p>
            \(CopyBox("Sign-in redirect URIs", value: settings.redirectURI, id: "redirect-uri"))
            \(CopyBox("Sign-out redirect URIs", value: settings.signOutRedirectURI, id: "sign-out-uri"))
            <p>To let people start from their Okta dashboard, click <b>Edit</b> under <b>General Settings</b> once the app is \
            there and paste this too. It may be left out.</p>
            \(CopyBox("Initiate login URI", value: settings.initiateLoginURI, id: "initiate-login-uri"))
            """
        )
    }

    private var scopes: Steps.Step {
        .init(
            "Copy the client’s credentials and grant the scopes",
            """
            <p>Copy the <b>Client ID</b> and the <b>Client Secret</b> from under <b>Client Credentials</b> and \
            <b>Client Secrets</b>. Click the tab <b>Okta API Scopes</b> and grant <b>okta.groups.read</b> and \
            <b>okta.users.read</b>. The <b>Okta Domain</b> stands under your name at the upper right of the screen.</p>
            """
        )
    }

    private var token: Steps.Step {
        .init(
            "Create an API token",
            """
            <p>Click <b>Security</b>, then <b>API</b>, the tab <b>Tokens</b> and <b>Create Token</b>. Enter a name, \
            click <b>Create Token</b> and copy it: Okta shows it only once. The token sees what the administrator who \
            creates it may see.</p>
            """
        )
    }
}
