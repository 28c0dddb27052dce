package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.admission.Admission.Request;
import dev.quilla.model.Struct;
import java.util.List;
import java.util.Optional;

/** The policies that all requests pass, in their order. Immutable. */
public final class AdmissionChain {

    private final List<Admission> admissions;

    /** Requests pass these, in this order. */
    public AdmissionChain(List<Admission> admissions) {
        this.admissions = List.copyOf(admissions);
    }

    /**
     * The object as all want it.
     *
     * @throws dev.quilla.model.ApiException if one does not want it at all
     */
    public Struct admit(Request request, Struct object) {
        Struct admitted = object;
        for (Admission admission : admissions) {
            if (admission.handles(request)) {
                admitted = admission.admit(request, admitted);
            }
        }
        return admitted;
    }

    /**
     * Lets all look at what nobody changes any more.
     *
     * @param object empty for deletions
     * @throws dev.quilla.model.ApiException if one refuses it
     */
    public void validate(Request request, Optional<Struct> object) {
        for (Admission admission : admissions) {
            if (admission.handles(request)) {
                admission.validate(request, object);
            }
        }
    }

    /**
     * What is sent to a subresource that has a kind of its own, as all want it.
     *
     * @throws dev.quilla.model.ApiException if one refuses it
     */
    public Struct pass(Request request, Struct object) {
        Struct admitted = admit(request, object);
        validate(request, Optional.of(admitted));
        return admitted;
    }
}
