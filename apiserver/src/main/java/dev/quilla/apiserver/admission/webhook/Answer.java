package dev.quilla.apiserver.admission.webhook;

import dev.quilla.apiserver.outbound.OutboundException;
import dev.quilla.model.Bytes;
import dev.quilla.model.admission.v1.AdmissionResponse;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what webhooks answer, and takes nothing that they may not say. */
final class Answer {

    private static final String KIND = "admission.k8s.io/v1, Kind=AdmissionReview";

    private Answer() {}

    /**
     * The answer to a review.
     *
     * @param uid of the request
     * @param mutating whether it may bring a patch
     * @throws OutboundException if it is none
     */
    static AdmissionResponse read(byte[] json, String uid, boolean mutating)
            throws OutboundException {
        AdmissionResponse response;
        try {
            Map<String, @Nullable Object> review = JsonTree.parseObject(json);
            if (review.get("response") == null) {
                throw invalid("webhook response was absent");
            }
            response =
                    new AdmissionResponse(
                            JsonCodec.fromTree(
                                    AdmissionResponse.definition(), review.get("response")));
            if (!response.uid().equals(uid)) {
                throw invalid(
                        "expected response.uid=\"%s\", got \"%s\"".formatted(uid, response.uid()));
            }
            String kind = review.get("apiVersion") + ", Kind=" + review.get("kind");
            if (!kind.equals(KIND)) {
                throw invalid("expected webhook response of " + KIND + ", got " + kind);
            }
        } catch (DecodeException e) {
            throw new OutboundException("failed to call webhook: " + e.getMessage());
        }
        checkPatch(response, mutating);
        return response;
    }

    private static void checkPatch(AdmissionResponse response, boolean mutating)
            throws OutboundException {
        boolean patched = !response.patch().equals(Bytes.EMPTY);
        if (!mutating && (patched || response.hasPatchType())) {
            throw invalid("validating webhook may not return response.patch or response.patchType");
        }
        if (patched && !response.hasPatchType()) {
            throw invalid("webhook returned response.patch but not response.patchType");
        }
        if (!patched && response.hasPatchType()) {
            throw invalid("webhook returned response.patchType but not response.patch");
        }
        if (patched && !response.patchType().equals("JSONPatch")) {
            throw invalid("unsupported patch type \"" + response.patchType() + "\"");
        }
    }

    private static OutboundException invalid(String why) {
        return new OutboundException("received invalid webhook response: " + why);
    }
}
