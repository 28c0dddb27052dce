package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.auth.AccessReviews;
import dev.quilla.apiserver.auth.Authenticator;
import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.auth.RoleRules;
import dev.quilla.apiserver.auth.RuleCoverage;
import dev.quilla.apiserver.auth.TokenIssuer;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Struct;
import dev.quilla.model.authentication.v1.SelfSubjectReview;
import dev.quilla.model.authentication.v1.TokenReview;
import dev.quilla.model.authentication.v1.UserInfo;
import dev.quilla.model.authorization.v1.LocalSubjectAccessReview;
import dev.quilla.model.authorization.v1.NonResourceAttributes;
import dev.quilla.model.authorization.v1.NonResourceRule;
import dev.quilla.model.authorization.v1.ResourceAttributes;
import dev.quilla.model.authorization.v1.ResourceRule;
import dev.quilla.model.authorization.v1.SelfSubjectAccessReview;
import dev.quilla.model.authorization.v1.SelfSubjectAccessReviewSpec;
import dev.quilla.model.authorization.v1.SelfSubjectRulesReview;
import dev.quilla.model.authorization.v1.SubjectAccessReview;
import dev.quilla.model.authorization.v1.SubjectAccessReviewSpec;
import dev.quilla.model.authorization.v1.SubjectAccessReviewStatus;
import dev.quilla.model.rbac.v1.PolicyRule;
import dev.quilla.model.validation.FieldError;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Questions about who somebody is and what they may; asked by creating an object. */
public final class Reviews {

    private static final Set<String> KINDS =
            Set.of(
                    "SelfSubjectReview",
                    "TokenReview",
                    "SelfSubjectAccessReview",
                    "SubjectAccessReview",
                    "LocalSubjectAccessReview",
                    "SelfSubjectRulesReview");

    private final Authorizer authorizer;
    private final TokenIssuer tokens;
    private final RoleRules roles;
    private final List<Authenticator> others;

    /**
     * Answers by these.
     *
     * @param others who know tokens beside those of service accounts
     */
    public Reviews(
            Authorizer authorizer,
            TokenIssuer tokens,
            RoleRules roles,
            List<Authenticator> others) {
        this.others = List.copyOf(others);
        this.authorizer = authorizer;
        this.tokens = tokens;
        this.roles = roles;
    }

    boolean handles(ServedResource resource) {
        return KINDS.contains(resource.gvk().kind());
    }

    ApiReply handle(ServedResource resource, ApiCall call) {
        Struct sent = Bodies.object(call, resource.type().definition(), resource.gvk()).struct();
        Struct answer =
                switch (resource.gvk().kind()) {
                    case "SelfSubjectReview" ->
                            new SelfSubjectReview(sent)
                                    .toBuilder()
                                            .status(s -> s.userInfo(user(call.identity())))
                                            .build()
                                            .struct();
                    case "TokenReview" -> tokenReview(new TokenReview(sent));
                    case "SelfSubjectAccessReview" ->
                            own(resource, new SelfSubjectAccessReview(sent), call.identity());
                    case "SubjectAccessReview" -> ofAnyone(resource, new SubjectAccessReview(sent));
                    case "LocalSubjectAccessReview" ->
                            local(resource, new LocalSubjectAccessReview(sent), call);
                    case "SelfSubjectRulesReview" ->
                            rules(new SelfSubjectRulesReview(sent), call.identity());
                    default ->
                            throw ApiErrors.methodNotSupported(resource.groupResource(), "create");
                };
        return ApiReply.of(201, answer);
    }

    private Struct own(ServedResource resource, SelfSubjectAccessReview review, Identity who) {
        SelfSubjectAccessReviewSpec spec = review.spec();
        refuse(
                resource,
                AccessReviewRules.check(
                        spec.hasResourceAttributes(),
                        spec.hasNonResourceAttributes(),
                        spec.resourceAttributes()));
        SubjectAccessReviewStatus status =
                decide(
                        who,
                        spec.hasResourceAttributes(),
                        spec.resourceAttributes(),
                        spec.nonResourceAttributes());
        return review.toBuilder().status(status).build().struct();
    }

    private Struct ofAnyone(ServedResource resource, SubjectAccessReview review) {
        refuse(resource, AccessReviewRules.check(review.spec()));
        return review.toBuilder().status(decide(review.spec())).build().struct();
    }

    /** Asks only about what is in its namespace. */
    private Struct local(ServedResource resource, LocalSubjectAccessReview review, ApiCall call) {
        SubjectAccessReviewSpec spec = review.spec();
        List<FieldError> errors = AccessReviewRules.check(spec);
        String namespace = call.info().namespace();
        String asked = spec.resourceAttributes().namespace();
        if (spec.hasResourceAttributes() && !asked.equals(namespace)) {
            errors.add(
                    FieldError.invalid(
                            "spec.resourceAttributes.namespace",
                            asked,
                            "must match metadata.namespace"));
        }
        if (spec.hasNonResourceAttributes()) {
            errors.add(
                    FieldError.invalid(
                            "spec.nonResourceAttributes",
                            "{}",
                            "disallowed on this kind of request"));
        }
        refuse(resource, errors);
        return review.toBuilder().status(decide(spec)).build().struct();
    }

    private static void refuse(ServedResource resource, List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw ApiErrors.invalid(resource.gvk(), "", errors);
        }
    }

    private SubjectAccessReviewStatus decide(SubjectAccessReviewSpec spec) {
        return decide(
                AccessReviews.who(spec),
                spec.hasResourceAttributes(),
                spec.resourceAttributes(),
                spec.nonResourceAttributes());
    }

    private SubjectAccessReviewStatus decide(
            Identity who,
            boolean isResource,
            ResourceAttributes resource,
            NonResourceAttributes path) {
        RequestInfo what = isResource ? AccessReviews.what(resource) : AccessReviews.what(path);
        Authorizer.Decision decision = authorizer.decide(who, what);
        SubjectAccessReviewStatus.Builder status =
                SubjectAccessReviewStatus.builder().allowed(decision == Authorizer.Decision.ALLOW);
        if (decision == Authorizer.Decision.DENY) {
            status.denied(true);
        }
        String reason = decision == Authorizer.Decision.ALLOW ? authorizer.reason(who, what) : "";
        return (reason.isEmpty() ? status : status.reason(reason)).build();
    }

    private Struct tokenReview(TokenReview review) {
        if (review.spec().token().isEmpty()) {
            throw ApiErrors.badRequest("token is required for TokenReview in authentication");
        }
        List<String> wanted = review.spec().audiences();
        String token = review.spec().token();
        Optional<TokenIssuer.Verified> verified =
                tokens.verify(token, wanted.isEmpty() ? List.of(TokenIssuer.ISSUER) : wanted)
                        .or(() -> byOthers(token, wanted));
        return review.toBuilder()
                .status(s ->
                        verified.map(v ->
                                        s.authenticated(true)
                                                .user(user(v.who()))
                                                .audiences(v.audiences()))
                                .orElseGet(() ->
                                        s.authenticated(false)
                                                .error(
                                                        "the token is not valid, or not meant for"
                                                                + " the audiences")))
                .build()
                .struct();
    }

    /** Tokens that others issue are for this API, and say nothing of further audiences. */
    private Optional<TokenIssuer.Verified> byOthers(String token, List<String> wanted) {
        if (!wanted.isEmpty() && !wanted.contains(TokenIssuer.ISSUER)) {
            return Optional.empty();
        }
        Authenticator.Credentials credentials =
                new Authenticator.Credentials(Optional.empty(), Optional.of(token));
        return others.stream()
                .flatMap(a -> a.authenticate(credentials).stream())
                .findFirst()
                .map(who -> new TokenIssuer.Verified(who, List.of(TokenIssuer.ISSUER)));
    }

    /** What somebody may do in a namespace, as the roles say. */
    private Struct rules(SelfSubjectRulesReview review, Identity who) {
        if (review.spec().namespace().isEmpty()) {
            throw ApiErrors.badRequest("no namespace on request");
        }
        List<PolicyRule> rules =
                who.groups().contains(Identity.MASTERS)
                        ? RuleCoverage.EVERYTHING
                        : roles.of(who, review.spec().namespace());
        return review.toBuilder()
                .status(s ->
                        s.resourceRules(
                                        rules.stream()
                                                .filter(r -> !r.resources().isEmpty())
                                                .map(Reviews::resourceRule)
                                                .toList())
                                .nonResourceRules(
                                        rules.stream()
                                                .filter(r -> !r.nonResourceURLs().isEmpty())
                                                .map(Reviews::pathRule)
                                                .toList())
                                // What a node may beyond its roles depends on its pods.
                                .incomplete(!who.nodeName().isEmpty()))
                .build()
                .struct();
    }

    private static ResourceRule resourceRule(PolicyRule rule) {
        ResourceRule.Builder same =
                ResourceRule.builder()
                        .verbs(rule.verbs())
                        .apiGroups(rule.apiGroups())
                        .resources(rule.resources());
        return (rule.resourceNames().isEmpty() ? same : same.resourceNames(rule.resourceNames()))
                .build();
    }

    private static NonResourceRule pathRule(PolicyRule rule) {
        return NonResourceRule.builder()
                .verbs(rule.verbs())
                .nonResourceURLs(rule.nonResourceURLs())
                .build();
    }

    private static UserInfo user(Identity identity) {
        UserInfo.Builder user =
                UserInfo.builder().username(identity.user()).groups(identity.groups());
        if (!identity.extra().isEmpty()) {
            user.extra(identity.extra());
        }
        return (identity.uid().isEmpty() ? user : user.uid(identity.uid())).build();
    }
}
