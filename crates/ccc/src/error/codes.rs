//! Every documented code, with its meaning and what to do, in our own words.

use super::{Certainty, Class, CodeInfo, ErrorClass, Origin};

/// The documented codes: those of `CreateAICall`'s page first, then the product's, then the gateway's.
pub static CODES: &[CodeInfo] = &[
    service(
        "FailedOperation.CallOutFailed",
        Class::Ambiguous,
        "The outbound call failed; the cause is not given.",
        "Look for the call in the active sessions and call records before trying this number again.",
    ),
    service(
        "FailedOperation.CalleeIsBlackUser",
        Class::Callee,
        "The platform counts the callee as high-risk.",
        "Never call this number; put it on the do-not-call list.",
    ),
    service(
        "FailedOperation.CallerOverFrequency",
        Class::Later,
        "The caller number made too many calls.",
        "Use another caller number, or wait; the interval is not documented.",
    ),
    service(
        "FailedOperation.CalloutRuleBlindArea",
        // The rule or the caller can be changed, and then the same callee is dialled.
        Class::Config,
        "The callee is in an area that the account's rules exclude.",
        "Change the outbound rule or the caller number; repeating changes nothing.",
    ),
    service(
        "FailedOperation.CalloutRuleMaxCallCountCalleeIntervalTime",
        Class::Later,
        "This callee was called too often within an interval.",
        "Wait an hour or more; the interval is not documented.",
    ),
    service(
        "FailedOperation.CalloutRuleMaxCallCountCalleePerDayAppID",
        Class::Later,
        "This callee reached the application's daily limit.",
        "Try on the next day, China time being the safe assumption.",
    ),
    service(
        "FailedOperation.CalloutRuleNotWorkTime",
        Class::Later,
        "Calls are not allowed at this hour.",
        "Try within the next window; 09:00 to 21:00 is usual.",
    ),
    service(
        "FailedOperation.NoCallOutNumber",
        Class::Config,
        "There is no usable outbound number.",
        "Check the callers: owned by this application, and in state 1 (normal).",
    )
    .stops(),
    service(
        "FailedOperation.PermissionDenied",
        Class::Auth,
        "The account may not do this.",
        "Check the seat edition, the rights of the key and those of the number.",
    )
    .stops(),
    service(
        "InternalError",
        Class::Ambiguous,
        "The provider failed inside.",
        "Look for the call in the records before trying again.",
    ),
    service(
        "InvalidParameterValue",
        Class::Config,
        "A parameter has a value that is not allowed.",
        "The message names the parameter.",
    ),
    service(
        "InvalidParameterValue.InstanceNotExist",
        Class::Config,
        "The SdkAppId does not exist.",
        "Check it, and that it belongs to this site (intl or china).",
    )
    .stops(),
    service(
        "LimitExceeded.BasePackageExpired",
        Class::Quota,
        "The call package is used up or has expired.",
        "Buy or renew the package, then go on.",
    )
    .stops(),
    service(
        "FailedOperation",
        Class::Ambiguous,
        "The operation failed; nothing more is said.",
        "Look for the call in the records before trying again.",
    ),
    service(
        "FailedOperation.AIConcurrentNoPackage",
        Class::Quota,
        "No AI concurrency has been bought.",
        "Buy AI lines.",
    )
    .stops(),
    service(
        "FailedOperation.AIConcurrentOverFrequency",
        Class::LaterSeconds,
        "All bought AI lines are busy.",
        "Wait until a call ends; lower the concurrency of the run.",
    ),
    service("FailedOperation.AILicenseHasExpired", Class::Quota, "The AI package has expired.", "Renew it.").stops(),
    service(
        "FailedOperation.AcquireQuota",
        Class::LaterSeconds,
        "All lines of this agent are busy.",
        "Wait a few seconds; lower the concurrency of the run.",
    ),
    service(
        "LimitExceeded.OutOfQuotaMaxCount",
        Class::LaterSeconds,
        "This agent reached its concurrency limit (China site).",
        "Wait a few seconds; lower the concurrency of the run.",
    ),
    service(
        "LimitExceeded.InsufficientLicense",
        Class::Quota,
        "There are not enough licences.",
        "Buy more, or free some.",
    )
    .stops(),
    service("LimitExceeded", Class::Quota, "A quota is used up.", "See the message for which, and raise it.").stops(),
    service(
        "LimitExceeded.OutOfCountLimit",
        Class::Quota,
        "A count limit is reached.",
        "See the message for which, and raise it.",
    )
    .stops(),
    service(
        "FailedOperation.CalleeIsLimited",
        Class::Callee,
        "The callee is restricted for outbound calls.",
        "Don't call this number.",
    ),
    service(
        "FailedOperation.SeatStatusBusy",
        Class::Later,
        "The human agent is busy.",
        "Try later; AI calls should not meet this.",
    ),
    service(
        "FailedOperation.SessionNotExists",
        Class::Ambiguous,
        "The session does not exist, or has ended. Answers commands, not calls.",
        "For a hang-up it means: over already.",
    ),
    service(
        "FailedOperation.SessionNotInControlState",
        Class::Ambiguous,
        "The session can't be controlled now. Answers commands, not calls.",
        "Give the command up.",
    ),
    service(
        "FailedOperation.ControlAIConversation",
        Class::Ambiguous,
        "Controlling the conversation failed. Answers commands, not calls.",
        "Give the command up.",
    ),
    service(
        "InvalidParameter",
        Class::Config,
        "A parameter is malformed or does not fit the others.",
        "The message names the parameter.",
    ),
    service(
        "InvalidParameter.IllegalPhoneNumber",
        // A caller's, unless the message says otherwise: see `classify_answer`.
        Class::Config,
        "A phone number is not legal.",
        "Correct the number that the message names: one of the callers, or the callee.",
    ),
    service(
        "InvalidParameter.InvalidPhoneNumber",
        Class::Config,
        "A phone number is not valid.",
        "Correct the number that the message names: one of the callers, or the callee.",
    ),
    service(
        "InvalidParameter.DuplicatePhoneNumber",
        Class::Config,
        "A phone number is given twice.",
        "Name each number once.",
    ),
    service(
        "InvalidParameter.InstanceNotExist",
        Class::Config,
        "The SdkAppId does not exist.",
        "Check it, and that it belongs to this site (intl or china).",
    )
    .stops(),
    service(
        "InvalidParameterValue.PhoneNumInvalid",
        Class::Config,
        "A number of one's own is in a state in which it can't be used.",
        "Check the callers in the console.",
    ),
    service(
        "InvalidParameterValue.PhoneNumIsBoundOtherAccount",
        Class::Config,
        "A number of one's own is bound to another account.",
        "Check the callers in the console.",
    ),
    service(
        "InvalidParameterValue.ExperienceAccount",
        Class::Config,
        "A trial account can't do this.",
        "Upgrade the account.",
    )
    .stops(),
    service(
        "InvalidParameterValue.SkillGroupError",
        Class::Config,
        "A skill group is wrong.",
        "Check the skill groups to which calls are transferred.",
    ),
    service(
        "InvalidParameterValue.AccountNotExist",
        Class::Config,
        "An account does not exist.",
        "Check the account that the message names.",
    ),
    service(
        "InvalidParameterValue.FileNotExist",
        Class::Config,
        "A file does not exist.",
        "Check the file that the message names.",
    ),
    service(
        "InvalidParameterValue.ApplyIDNotExist",
        Class::Config,
        "An application number does not exist.",
        "Check the number that the message names.",
    ),
    service(
        "InvalidParameterValue.CompanyExist",
        Class::Config,
        "A company exists already (China site). No answer to a call.",
        "Nothing to do for calls.",
    ),
    service(
        "InvalidParameterValue.RecordNotExist",
        Class::Later,
        "A record does not exist, or not yet (China site). No answer to a call.",
        "Query again later.",
    ),
    service(
        "InternalError.DBError",
        Class::Ambiguous,
        "The provider's database failed.",
        "Look for the call in the records before trying again.",
    ),
    service("MissingParameter", Class::Config, "A required parameter is missing.", "The message names it.").stops(),
    service(
        "UnknownParameter",
        Class::Config,
        "A parameter is not defined on this site.",
        "Check the dialect: some parameters exist on the China site only.",
    )
    .stops(),
    service("UnsupportedOperation", Class::Config, "The operation is not supported.", "See the message.").stops(),
    service(
        "OperationDenied.NotInWhiteList",
        Class::Config,
        "The account is not on the list for this feature.",
        "Ask the provider to be put on it.",
    )
    .stops(),
    service("OperationDenied.UinDisabled", Class::Quota, "The account is disabled.", "Settle this with the provider.")
        .stops(),
    service("ResourceNotFound", Class::Config, "A resource does not exist.", "Check what the message names.").stops(),
    service(
        "ResourceUnavailable",
        Class::Ambiguous,
        "A resource is not available.",
        "Look for the call in the records before trying again.",
    ),
    gateway(
        "AuthFailure.SignatureFailure",
        Class::Auth,
        "The signature is wrong.",
        "Check SecretId and SecretKey: they must be one pair.",
    )
    .stops(),
    gateway(
        "AuthFailure.SignatureExpire",
        Class::Auth,
        "The local clock is more than 5 minutes off.",
        "Set the clock, then go on.",
    )
    .stops(),
    gateway(
        "AuthFailure.SecretIdNotFound",
        Class::Auth,
        "The SecretId does not exist.",
        "Check it; it may have been deleted, or belong to the other site.",
    )
    .stops(),
    gateway(
        "AuthFailure.InvalidSecretId",
        Class::Auth,
        "The SecretId is not one of this kind.",
        "Use a cloud API key.",
    )
    .stops(),
    gateway(
        "AuthFailure.TokenFailure",
        Class::Auth,
        "The temporary token is wrong or has expired.",
        "Get new temporary credentials, then go on.",
    )
    .stops(),
    gateway(
        "AuthFailure.InvalidAuthorization",
        Class::Auth,
        "The Authorization header is malformed.",
        "Check that the credentials hold no stray characters; report it if they don't.",
    )
    .stops(),
    gateway("AuthFailure.MFAFailure", Class::Auth, "Multi-factor authentication failed.", "Use a key that needs none.")
        .stops(),
    gateway(
        "AuthFailure.UnauthorizedOperation",
        Class::Auth,
        "The key may not do this.",
        "Give it the rights for CCC in CAM.",
    )
    .stops(),
    gateway("UnauthorizedOperation", Class::Auth, "The key may not do this.", "Give it the rights for CCC in CAM.")
        .stops(),
    gateway(
        "RequestLimitExceeded",
        Class::Rate,
        "More than 20 requests in a second.",
        "Wait a second and send again; lower the rate.",
    ),
    gateway(
        "RequestLimitExceeded.UinLimitExceeded",
        Class::Rate,
        "More requests in a second than the account may send.",
        "Wait a second and send again; lower the rate.",
    ),
    gateway(
        "RequestLimitExceeded.IPLimitExceeded",
        Class::Rate,
        "More requests in a second than one address may send.",
        "Wait a second and send again; lower the rate.",
    ),
    gateway(
        "RequestLimitExceeded.GlobalRegionUinLimitExceeded",
        Class::Rate,
        "More requests in a second than the account may send to the region.",
        "Wait a second and send again; lower the rate.",
    ),
    gateway("RequestSizeLimitExceeded", Class::Config, "The request is too large (10 MB).", "Shorten the prompt."),
    gateway(
        "ResponseSizeLimitExceeded",
        Class::Ambiguous,
        "The answer was too large to be passed on; the action took place.",
        "Look for the call in the records before trying again.",
    ),
    gateway(
        "ServiceUnavailable",
        Class::Ambiguous,
        "The service is not available.",
        "Look for the call in the records before trying again.",
    ),
    service(
        "ResourceInsufficient",
        Class::Ambiguous,
        "A resource does not suffice.",
        "Look for the call in the records before trying again.",
    ),
    service(
        "ResourceInUse",
        Class::Ambiguous,
        "A resource is in use.",
        "Look for the call in the records before trying again.",
    ),
    gateway(
        "InvalidRequest",
        Class::Config,
        "The request's form is wrong.",
        "Report it: the client made a bad request.",
    )
    .stops(),
    gateway("InvalidAction", Class::Config, "The action does not exist.", "Check the endpoint; it must be CCC's.")
        .stops(),
    gateway("NoSuchProduct", Class::Config, "The product does not exist.", "Check the endpoint; it must be CCC's.")
        .stops(),
    gateway("NoSuchVersion", Class::Config, "The API version does not exist.", "Check the endpoint; it must be CCC's.")
        .stops(),
    gateway("ActionOffline", Class::Config, "The action has been withdrawn.", "See the provider's announcements.")
        .stops(),
    gateway("UnsupportedProtocol", Class::Config, "The protocol is not supported.", "Use https.").stops(),
    gateway(
        "UnsupportedRegion",
        Class::Config,
        "The region is not supported.",
        "Leave the region out: CCC needs none.",
    )
    .stops(),
    gateway(
        "IpInBlacklist",
        Class::Auth,
        "The sender's address is on a block list.",
        "Send from another address, or have it removed.",
    )
    .stops(),
    gateway(
        "IpNotInWhitelist",
        Class::Auth,
        "The sender's address is not on the allow list.",
        "Send from an allowed address, or have this one added.",
    )
    .stops(),
    gateway(
        "DryRunOperation",
        Class::Ambiguous,
        "A dry run would have succeeded; CCC is not known to have dry runs.",
        "Look for the call in the records.",
    ),
];

/// `Class::Ambiguous` and an ambiguous outcome are one thing here; all other classes are refusals before dialling.
const fn service(code: &'static str, class: Class, meaning: &'static str, advice: &'static str) -> CodeInfo {
    CodeInfo {
        code,
        class: ErrorClass {
            class,
            certainty: match class {
                Class::Ambiguous => Certainty::Ambiguous,
                _ => Certainty::NotDialled,
            },
            stops_run: false,
        },
        origin: Origin::Service,
        meaning,
        advice,
    }
}

const fn gateway(code: &'static str, class: Class, meaning: &'static str, advice: &'static str) -> CodeInfo {
    let mut info = service(code, class, meaning, advice);
    info.origin = Origin::Gateway;
    info
}

impl CodeInfo {
    const fn stops(mut self) -> Self {
        self.class.stops_run = true;
        self
    }
}
