package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.auth.Authenticator;
import dev.quilla.apiserver.auth.Authorizer;
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
import dev.quilla.model.authorization.v1.ResourceAttributes;
import dev.quilla.model.authorization.v1.SelfSubjectAccessReview;
import dev.quilla.model.authorization.v1.SubjectAccessReview;
import dev.quilla.model.authorization.v1.SubjectAccessReviewSpec;
import dev.quilla.model.authorization.v1.SubjectAccessReviewStatus;
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
    private final Authenticator tokens;

    /** Answers by these. */
    public Reviews(Authorizer authorizer, Authenticator tokens) {
        this.authorizer = authorizer;
        this.tokens = tokens;
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
                    case "SelfSubjectAccessReview" -> {
                        SelfSubjectAccessReview review = new SelfSubjectAccessReview(sent);
                        yield review.toBuilder()
                                .status(
                                        decide(
                                                call.identity(),
                                                review.spec().hasResourceAttributes(),
                                                review.spec().resourceAttributes(),
                                                review.spec().nonResourceAttributes()))
                                .build()
                                .struct();
                    }
                    case "SubjectAccessReview" -> {
                        SubjectAccessReview review = new SubjectAccessReview(sent);
                        yield review.toBuilder().status(decide(review.spec())).build().struct();
                    }
                    case "LocalSubjectAccessReview" -> {
                        LocalSubjectAccessReview review = new LocalSubjectAccessReview(sent);
                        yield review.toBuilder().status(decide(review.spec())).build().struct();
                    }
                    default ->
                            throw ApiErrors.methodNotSupported(resource.groupResource(), "create");
                };
        return ApiReply.of(201, answer);
    }

    private SubjectAccessReviewStatus decide(SubjectAccessReviewSpec spec) {
        Identity who = new Identity(spec.user(), spec.uid(), spec.groups(), java.util.Map.of());
        return decide(
                who,
                spec.hasResourceAttributes(),
                spec.resourceAttributes(),
                spec.nonResourceAttributes());
    }

    private SubjectAccessReviewStatus decide(
            Identity who,
            boolean isResource,
            ResourceAttributes resource,
            NonResourceAttributes path) {
        RequestInfo what =
                isResource
                        ? new RequestInfo(
                                resource.verb(),
                                resource.group(),
                                resource.version(),
                                resource.resource(),
                                resource.subresource(),
                                resource.namespace(),
                                resource.name(),
                                "")
                        : new RequestInfo(path.verb(), "", "", "", "", "", "", path.path());
        boolean allowed = authorizer.allows(who, what);
        return SubjectAccessReviewStatus.builder().allowed(allowed).build();
    }

    private Struct tokenReview(TokenReview review) {
        Optional<Identity> identity =
                tokens.authenticate(
                        new Authenticator.Credentials(
                                Optional.empty(), Optional.of(review.spec().token())));
        return review.toBuilder()
                .status(s ->
                        identity.map(i -> s.authenticated(true).user(user(i)))
                                .orElseGet(() ->
                                        s.authenticated(false).error("the token is not valid")))
                .build()
                .struct();
    }

    private static UserInfo user(Identity identity) {
        UserInfo.Builder user =
                UserInfo.builder().username(identity.user()).groups(identity.groups());
        return (identity.uid().isEmpty() ? user : user.uid(identity.uid())).build();
    }
}
