package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Struct;
import dev.quilla.model.certificates.v1.CertificateSigningRequest;
import dev.quilla.model.certificates.v1.CertificateSigningRequestCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Who approves or denies a request for a certificate must have the right to {@code approve} for its
 * signer, and who signs it or lets it fail the right to {@code sign}. Signing approves nothing.
 */
public final class CertificateAnswerAdmission implements Admission {

    private static final String GROUP = "certificates.k8s.io";
    private static final Set<String> VERDICTS = Set.of("Approved", "Denied");

    private final Authorizer authorizer;

    /** Asks there for rights. */
    public CertificateAnswerAdmission(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public Struct admit(Request request, Struct object) {
        if (!request.resource().gvk().kind().equals("CertificateSigningRequest")
                || request.before().isEmpty()) {
            return object;
        }
        CertificateSigningRequest before =
                new CertificateSigningRequest(request.before().orElseThrow());
        CertificateSigningRequest now = new CertificateSigningRequest(object);
        return switch (request.call().info().subresource()) {
            case "approval" -> {
                if (!before.status().conditions().equals(now.status().conditions())) {
                    check(request, "approve", before);
                }
                yield object;
            }
            case "status" -> {
                CertificateSigningRequest kept = withVerdictsOf(before, now);
                if (!kept.status().equals(before.status())) {
                    check(request, "sign", before);
                }
                yield kept.struct();
            }
            default -> object;
        };
    }

    private static CertificateSigningRequest withVerdictsOf(
            CertificateSigningRequest before, CertificateSigningRequest now) {
        List<CertificateSigningRequestCondition> conditions = new ArrayList<>();
        before.status().conditions().stream()
                .filter(c -> VERDICTS.contains(c.type()))
                .forEach(conditions::add);
        now.status().conditions().stream()
                .filter(c -> !VERDICTS.contains(c.type()))
                .forEach(conditions::add);
        return conditions.equals(now.status().conditions())
                ? now
                : now.toBuilder().status(s -> s.conditions(conditions)).build();
    }

    private void check(Request request, String verb, CertificateSigningRequest before) {
        String signer = before.spec().signerName();
        String all = signer.split("/", 2)[0] + "/*";
        if (!may(request, verb, signer) && !may(request, verb, all)) {
            throw ApiErrors.forbidden(
                    request.resource().groupResource(),
                    before.name(),
                    "user not permitted to %s requests with signerName \"%s\""
                            .formatted(verb, signer));
        }
    }

    private boolean may(Request request, String verb, String signer) {
        return authorizer.allows(
                request.call().identity(),
                new RequestInfo(verb, GROUP, "v1", "signers", "", "", signer, ""));
    }
}
