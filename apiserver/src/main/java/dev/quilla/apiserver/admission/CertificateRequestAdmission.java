package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.client.pki.PkiException;
import dev.quilla.client.pki.SigningRequest;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Struct;
import dev.quilla.model.certificates.v1.CertificateSigningRequest;

/**
 * Writes down who asks for a certificate: what the asker says of that does not count. Nobody gets
 * to be a master this way.
 */
public final class CertificateRequestAdmission implements Admission {

    private static final String CLIENT = "kubernetes.io/kube-apiserver-client";

    @Override
    public Struct admit(Request request, Struct object) {
        if (!request.creates("certificates.k8s.io", "certificatesigningrequests")) {
            return object;
        }
        CertificateSigningRequest sent = new CertificateSigningRequest(object);
        if (sent.spec().signerName().equals(CLIENT) && asksForMaster(sent)) {
            throw ApiErrors.forbidden(
                    request.resource().groupResource(),
                    sent.name(),
                    "use of %s signer with %s group is not allowed"
                            .formatted(CLIENT, Identity.MASTERS));
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

    private static boolean asksForMaster(CertificateSigningRequest sent) {
        try {
            return SigningRequest.parse(sent.spec().request().toUtf8())
                    .subject()
                    .organizations()
                    .contains(Identity.MASTERS);
        } catch (PkiException e) {
            // The rules of the kind refuse it, with the reason.
            return false;
        }
    }
}
