package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Struct;
import dev.quilla.model.certificates.v1.CertificateSigningRequest;
import dev.quilla.pki.PkiException;
import dev.quilla.pki.SigningRequest;
import java.util.Optional;

/**
 * Writes down who asks for a certificate: what the asker says of that does not count. Nobody gets
 * to be a master, or another part of the cluster itself, this way.
 */
public final class CertificateRequestAdmission implements Admission {

    /** Groups of the cluster's own parts, as members of the store are, begin with this. */
    private static final String OWN = "quilla:";

    private static final String CLIENT = "kubernetes.io/kube-apiserver-client";

    @Override
    public Struct admit(Request request, Struct object) {
        if (!request.creates("certificates.k8s.io", "certificatesigningrequests")) {
            return object;
        }
        CertificateSigningRequest sent = new CertificateSigningRequest(object);
        if (sent.spec().signerName().equals(CLIENT)) {
            tooMuch(sent)
                    .ifPresent(group -> {
                        throw ApiErrors.forbidden(
                                request.resource().groupResource(),
                                sent.name(),
                                "use of %s signer with %s group is not allowed"
                                        .formatted(CLIENT, group));
                    });
        }
        Identity identity = request.call().identity();
        return sent.toBuilder()
                .spec(s -> {
                    s.username(identity.user()).groups(identity.groups());
                    return identity.uid().isEmpty() ? s.clearUid() : s.uid(identity.uid());
                })
                .build()
                .struct();
    }

    /** A group that is asked for and is nobody's to have. */
    private static Optional<String> tooMuch(CertificateSigningRequest sent) {
        try {
            return SigningRequest.parse(sent.spec().request().toUtf8())
                    .subject()
                    .organizations()
                    .stream()
                    .filter(group -> group.equals(Identity.MASTERS) || group.startsWith(OWN))
                    .findFirst();
        } catch (PkiException e) {
            // The rules of the kind refuse it, with the reason.
            return Optional.empty();
        }
    }
}
