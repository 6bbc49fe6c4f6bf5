extension Org {
    /// All mail that the org sent, newest first.
    public var mails: [Mail] { read { $0.mails.reversed() } }

    public func mails(to address: String) -> [Mail] {
        mails.filter { $0.to.lowercased() == address.lowercased() }
    }

    public func mail(_ id: Mail.ID) -> Mail? { read { state in state.mails.first { $0.id == id } } }

    /// - Parameter link: a path of this org or a whole address.
    public func sendMail(to address: String, subject: String, text: String, link: String? = nil) {
        let second = second
        change { state in
            state.mails.append(
                Mail(
                    id: state.mails.count + 1,
                    at: second,
                    to: address,
                    subject: subject,
                    text: text,
                    link: link.map { $0.hasPrefix("/") ? state.origin + $0 : $0 }
                )
            )
        }
    }
}
