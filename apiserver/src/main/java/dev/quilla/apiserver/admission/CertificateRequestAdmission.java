package dev.quilla.apiserver.admission;

import dev.quilla.model.Struct;
import dev.quilla.model.certificates.v1.CertificateSigningRequest;

/** Writes down who asks for a certificate: what the asker says of that does not count. */
public final class CertificateRequestAdmission implements Admission {

    @Override
    public Struct admit(Request request, Struct object) {
        if (!request.creates("certificates.k8s.io", "certificatesigningrequests")) {
            return object;
        }
        var identity = request.call().identity();
        return new CertificateSigningRequest(object)
                .toBuilder()
                        .spec(s ->
                                s.username(identity.user())
                                        .uid(identity.uid())
                                        .groups(identity.groups()))
                        .build()
                        .struct();
    }
}
