/// What a secret of a webhook has to be, so that nobody guesses it from a signature.
enum WebhookSecret {
    static let sentence = "A webhook’s secret has 16 to 256 characters, none of them a blank."

    static func isFit(_ secret: Secret) -> Bool {
        (16...256).contains(secret.value.utf8.count) && secret.value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    }
}
