import Access
import Directory
import SignIn
import Storage
import WebUI

/// What was typed for a site's lease.
struct LeaseForm {
    var seconds: String
    var errors = FormErrors()

    init(_ seconds: Int) {
        self.seconds = String(seconds)
    }

    init(_ form: Form) {
        seconds = form.value("lease")
    }

    /// nil, with what is wrong, where it is no number that a lease can have.
    mutating func read() -> Int? {
        if let number = Int(seconds), Site.leaseRange.contains(number) { return number }
        errors.add("Enter a number of seconds from 60 to 86400, for example 300", field: "lease")
        return nil
    }
}

/// For how long a gateway goes on without the server.
struct LeaseCard: Component {
    let site: Site
    let form: LeaseForm
    /// nil for a viewer.
    let csrf: String?

    var html: HTML {
        let field = Field(
            "Cut off without the server after",
            name: "lease",
            value: form.seconds,
            kind: .number,
            hint: "In seconds, from 60 (a minute) to 86400 (a day).",
            errors: form.errors,
            width: .short,
            isReadOnly: csrf == nil
        )
        let note: HTML = """
            <p>A gateway that cannot reach Timus lets people in for this long at most. A shorter time ends sooner what Okta took \
            away meanwhile; a longer one keeps people at work while Timus cannot be reached.</p>
            """
        guard let csrf else { return Card("Lease", id: "lease", "\(note)\(field)").html }
        let save = Button("Set lease", .secondary).html.within("actions")
        let form = PostForm(SitePath.lease(site.id), csrf: csrf, "\(field)\(save)")
        return Card("Lease", id: "lease", "\(note)\(form)").html
    }
}
