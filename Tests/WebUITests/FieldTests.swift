import Testing

@testable import WebUI

@Suite struct `A field of a form` {
    private let errors = FormErrors("Enter the Okta domain, for example example.okta.com", field: "okta_domain")

    @Test func `is joined with its label, its hint and its error`() {
        let html = Field("Okta Domain", name: "okta_domain", value: "x", hint: "Any form.", errors: errors).html.text

        #expect(html.contains("<label class=\"label\" for=\"field-okta-domain\">Okta Domain</label>"))
        #expect(html.contains("id=\"field-okta-domain\" name=\"okta_domain\""))
        #expect(html.contains("aria-describedby=\"field-okta-domain-hint field-okta-domain-error\""))
        #expect(html.contains("aria-invalid=\"true\""))
    }

    @Test func `keeps what was typed`() {
        let html = Field("Okta Domain", name: "okta_domain", value: "\"<x>").html.text

        #expect(html.contains("value=\"&quot;&lt;x&gt;\""))
        #expect(!html.contains("aria-invalid"))
    }

    @Test func `is where the error summary leads`() {
        let html = ErrorSummary(errors).html.text

        #expect(html.contains("href=\"#field-okta-domain\""))
        #expect(html.contains("role=\"alert\""))
        #expect(ErrorSummary(FormErrors()).html.isEmpty)
    }

    @Test func `with a secret sends none back`() {
        let html = SecretField("API Token", name: "api_token", saved: .init("3 November 2025, by ana")).html.text

        #expect(html.contains("type=\"password\" value=\"\""))
        #expect(html.contains("Saved 3 November 2025, by ana. Leave empty to keep it."))
    }

    @Test func `that repeats a name gives the summary one to lead to`() {
        let list = CheckboxList(
            "Mapping",
            name: "group[]",
            options: [Choice("Engineering", value: "1", isChosen: true), Choice("Sales", value: "2")],
            total: 310
        )

        let html = list.html.text

        #expect(html.contains("id=\"field-group\" name=\"group[]\" value=\"1\" checked"))
        #expect(html.contains("id=\"field-group-2\" name=\"group[]\" value=\"2\">"))
        #expect(html.contains("1 of 310 selected"))
    }

    @Test func `stands in a form that carries the session's token`() {
        let html = PostForm("/sites", csrf: "a\"b", "<p>x</p>").html.text

        #expect(html.contains("<form method=\"post\" action=\"/sites\" novalidate>"))
        #expect(html.contains("<input type=\"hidden\" name=\"csrf\" value=\"a&quot;b\">"))
    }
}
