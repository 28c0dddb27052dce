package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.admission.Admission;
import dev.quilla.apiserver.admission.AdmissionChain;
import dev.quilla.apiserver.auth.TokenIssuer;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.GroupResource;
import dev.quilla.model.GroupVersionResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Struct;
import dev.quilla.model.authentication.v1.BoundObjectReference;
import dev.quilla.model.authentication.v1.TokenRequest;
import dev.quilla.model.authentication.v1.TokenRequestSpec;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.ServiceAccount;
import dev.quilla.model.validation.FieldError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A new token of a service account. */
final class TokenSubresource {

    private static final long SECONDS_DEFAULT = 3600;
    private static final long SECONDS_MIN = 600;
    private static final long SECONDS_ASKED_MAX = 1L << 32;
    private static final long SECONDS_MAX = Duration.ofDays(2).toSeconds();

    private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");

    private final ObjectStore objects;
    private final TokenIssuer issuer;
    private final AdmissionChain admissions;

    TokenSubresource(ObjectStore objects, TokenIssuer issuer, AdmissionChain admissions) {
        this.admissions = admissions;
        this.objects = objects;
        this.issuer = issuer;
    }

    ApiReply handle(ServedResource accounts, ApiCall call) {
        ObjectKey key = new ObjectKey(call.info().namespace(), call.info().name());
        TokenRequest request = checked(key, admitted(accounts, call, defaulted(read(call))));
        ServiceAccount account =
                new ServiceAccount(objects.get(objects.newest(), accounts.type(), key).object());
        TokenRequestSpec spec = bound(call, key, request.spec());
        long seconds = Math.min(spec.expirationSeconds(), SECONDS_MAX);
        TokenIssuer.Token token = issuer.issue(account, spec, Duration.ofSeconds(seconds));
        return ApiReply.of(
                201,
                request.toBuilder()
                        .metadata(m -> m.name(key.name()).namespace(key.namespace()))
                        .spec(spec)
                        .status(s -> s.token(token.text()).expirationTimestamp(token.expires()))
                        .build()
                        .struct());
    }

    private static TokenRequest read(ApiCall call) {
        return new TokenRequest(
                Bodies.object(
                                call,
                                TokenRequest.definition(),
                                TokenRequest.definition().kinds().getFirst())
                        .struct());
    }

    private TokenRequest admitted(ServedResource accounts, ApiCall call, TokenRequest request) {
        return new TokenRequest(
                admissions.pass(
                        new Admission.Request(
                                accounts,
                                TokenRequest.definition().kinds().getFirst(),
                                call,
                                Admission.Operation.CREATE,
                                Optional.empty()),
                        request.struct()));
    }

    private static TokenRequest defaulted(TokenRequest request) {
        return request.toBuilder()
                .spec(s -> {
                    if (request.spec().audiences().isEmpty()) {
                        s.audiences(List.of(TokenIssuer.ISSUER));
                    }
                    return request.spec().hasExpirationSeconds()
                            ? s
                            : s.expirationSeconds(SECONDS_DEFAULT);
                })
                .build();
    }

    private static TokenRequest checked(ObjectKey key, TokenRequest request) {
        long asked = request.spec().expirationSeconds();
        if (asked < SECONDS_MIN || asked > SECONDS_ASKED_MAX) {
            String rule =
                    asked < SECONDS_MIN
                            ? "may not specify a duration less than 10 minutes"
                            : "may not specify a duration larger than 2^32 seconds";
            throw ApiErrors.invalid(
                    TokenRequest.definition().kinds().getFirst(),
                    key.name(),
                    List.of(FieldError.invalid("spec.expirationSeconds", asked, rule)));
        }
        return request;
    }

    /** The request with the uid of what the token is bound to. */
    private TokenRequestSpec bound(ApiCall call, ObjectKey account, TokenRequestSpec spec) {
        BoundObjectReference reference = spec.boundObjectRef();
        String node = call.identity().nodeName();
        if (!spec.hasBoundObjectRef()) {
            if (!node.isEmpty()) {
                throw refused(account, "node requested token not bound to a pod");
            }
            return spec;
        }
        GroupVersionResource type =
                switch (reference.kind()) {
                    case "Pod" -> Resources.PODS.gvr();
                    case "Secret" -> Resources.SECRETS.gvr();
                    default ->
                            throw ApiErrors.badRequest(
                                    "cannot bind token to object of type "
                                            + reference.apiVersion()
                                            + ", Kind="
                                            + reference.kind());
                };
        Struct object = find(type, new ObjectKey(account.namespace(), reference.name()));
        String uid = Metadata.of(object).uid();
        if (!reference.uid().isEmpty() && !reference.uid().equals(uid)) {
            throw ApiErrors.conflict(
                    type.groupResource(),
                    reference.name(),
                    "the UID in the bound object reference (%s) does not match the UID in record. The object might have been deleted and then recreated"
                            .formatted(reference.uid()));
        }
        if (reference.kind().equals("Pod")) {
            checkPod(account, new Pod(object), node);
        } else if (!node.isEmpty()) {
            throw refused(account, "node requested token not bound to a pod");
        }
        return spec.toBuilder().boundObjectRef(b -> b.uid(uid)).build();
    }

    private Struct find(GroupVersionResource type, ObjectKey key) {
        return objects.get(objects.newest(), Schema.builtin().find(type).orElseThrow(), key)
                .object();
    }

    /** A kubelet gets tokens for the pods that it runs, and no others. */
    private static void checkPod(ObjectKey account, Pod pod, String node) {
        if (!pod.spec().serviceAccountName().equals(account.name())) {
            throw ApiErrors.badRequest(
                    "cannot bind token for serviceaccount \"%s\" to pod running with different serviceaccount name."
                            .formatted(account.name()));
        }
        if (!node.isEmpty() && !node.equals(pod.spec().nodeName())) {
            throw refused(
                    account, "node requested token bound to a pod scheduled on a different node");
        }
    }

    private static dev.quilla.model.ApiException refused(ObjectKey account, String why) {
        return ApiErrors.forbidden(ACCOUNTS, account.name(), why);
    }
}
