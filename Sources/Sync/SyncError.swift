public import Foundation
public import Okta
public import Storage

/// Why there was no sync, or why it did not end, told apart by what to do next.
public enum SyncError: LocalizedError, Equatable {
    /// There is no Okta integration, or it was disabled.
    case notConnected
    /// *Synchronization Status* is off.
    case paused
    /// Another sync of this organisation runs, here or on another server.
    case alreadyRunning
    /// No group is chosen, so there is nobody to ask for.
    case noGroupChosen
    /// The saved domain is not one that this server may talk to.
    case domain(OktaDomain.Problem)
    case okta(OktaError)
    case store(StoreError)
    /// The run that was to be approved or dismissed does not wait for that.
    case notHeld

    public var errorDescription: String? {
        switch self {
        case .notConnected: "There is no Okta integration to synchronize."
        case .paused: "Synchronization Status is off."
        case .alreadyRunning: "A synchronization is already running."
        case .noGroupChosen: "No Okta group is chosen."
        case .domain(let problem): problem.errorDescription
        case .okta(let error): error.errorDescription
        case .store(let error): error.errorDescription
        case .notHeld: "This synchronization does not wait for approval."
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .notConnected: "Enable it under Settings > Integrations > Okta, or with `timus okta connect`."
        case .paused: "Turn Synchronization Status on under Preferences."
        case .alreadyRunning: "Wait for it to end; its progress is on the page of the Okta integration."
        case .noGroupChosen: "Choose groups under Preferences > Mapping, or with `timus okta choose --group NAME`."
        case .domain(let problem): problem.recoverySuggestion
        case .okta(let error): error.recoverySuggestion
        case .store(let error): error.recoverySuggestion
        case .notHeld: "Load the page again: somebody may have answered it already."
        }
    }
}
