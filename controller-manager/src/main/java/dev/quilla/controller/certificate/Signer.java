package dev.quilla.controller.certificate;

import dev.quilla.pki.CertificateRequest.Usage;
import dev.quilla.pki.SigningRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whose certificates the cluster signs, and what these may say; as the page on certificate signing
 * requests in Kubernetes' documentation has it.
 */
enum Signer {

    /** Anybody who is a client of the API. */
    API_CLIENT("kubernetes.io/kube-apiserver-client", "client auth") {
        @Override
        Optional<String> subjectProblem(SigningRequest asked) {
            return Optional.empty();
        }
    },

    /** A node, as a client of the API. */
    KUBELET_CLIENT("kubernetes.io/kube-apiserver-client-kubelet", "client auth") {
        @Override
        Optional<String> subjectProblem(SigningRequest asked) {
            boolean named = !asked.dnsNames().isEmpty() || !asked.ipAddresses().isEmpty();
            return named
                    ? Optional.of("DNS names and IP addresses are not allowed")
                    : nodeProblem(asked);
        }
    },

    /** A node, as a server. */
    KUBELET_SERVING("kubernetes.io/kubelet-serving", "server auth") {
        @Override
        Optional<String> subjectProblem(SigningRequest asked) {
            boolean named = !asked.dnsNames().isEmpty() || !asked.ipAddresses().isEmpty();
            return named
                    ? nodeProblem(asked)
                    : Optional.of("at least one DNS name or IP address is required");
        }
    };

    private static final String DIGITAL_SIGNATURE = "digital signature";
    private static final String KEY_ENCIPHERMENT = "key encipherment";
    private static final String NODE = "system:node:";
    private static final String NODES = "system:nodes";

    private final String signerName;
    private final String purpose;

    Signer(String signerName, String purpose) {
        this.signerName = signerName;
        this.purpose = purpose;
    }

    /** The signer of that name, if it is one of the cluster's own. */
    static Optional<Signer> of(String name) {
        return Stream.of(values()).filter(s -> s.signerName.equals(name)).findFirst();
    }

    /** Why it does not sign a request; empty if it does. */
    Optional<String> problem(SigningRequest asked, List<String> usages) {
        return usageProblem(usages).or(() -> subjectProblem(asked));
    }

    abstract Optional<String> subjectProblem(SigningRequest asked);

    /** The signed usages. */
    Set<Usage> usages(List<String> asked) {
        Set<Usage> usages = EnumSet.of(purpose.equals("client auth") ? Usage.CLIENT : Usage.SERVER);
        if (asked.contains(KEY_ENCIPHERMENT)) {
            usages.add(Usage.KEY_ENCIPHERMENT);
        }
        return usages;
    }

    private Optional<String> usageProblem(List<String> usages) {
        if (!usages.contains(purpose)) {
            return Optional.of("usages must include \"" + purpose + "\"");
        }
        if (this != API_CLIENT && !usages.contains(DIGITAL_SIGNATURE)) {
            return Optional.of("usages must include \"" + DIGITAL_SIGNATURE + "\"");
        }
        return usages.stream()
                .filter(u -> !Set.of(purpose, DIGITAL_SIGNATURE, KEY_ENCIPHERMENT).contains(u))
                .findFirst()
                .map(u -> "usage \"" + u + "\" is not allowed");
    }

    private static Optional<String> nodeProblem(SigningRequest asked) {
        if (!asked.subject().organizations().equals(List.of(NODES))) {
            return Optional.of("subject organization is not " + NODES);
        }
        String name = asked.subject().commonName();
        return name.startsWith(NODE) && name.length() > NODE.length()
                ? Optional.empty()
                : Optional.of("subject common name does not begin with " + NODE);
    }
}
