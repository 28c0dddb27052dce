package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.Image;
import dev.quilla.kubelet.runtime.ImageName;
import dev.quilla.kubelet.runtime.PullPolicy;
import java.util.List;

/** The one image there is without a container engine: the machine's own files. */
final class HostImage {

    static final String NAME = "host";
    static final String ID = "host";

    private HostImage() {}

    static boolean is(String reference) {
        return reference.equals(NAME) || reference.equals(NAME + ":latest");
    }

    static Image image(String reference) {
        return new Image(ID, reference, List.of(NAME), 0, "");
    }

    static Image ensure(String reference, PullPolicy policy) {
        if (is(reference)) {
            return image(reference);
        }
        if (ImageName.parse(reference).isEmpty()) {
            throw new ContainerRuntimeException(
                    Reason.INVALID_IMAGE_NAME,
                    "couldn't parse image name \"" + reference + "\": invalid reference format");
        }
        throw new ContainerRuntimeException(
                policy == PullPolicy.NEVER ? Reason.IMAGE_NEVER_PULL : Reason.IMAGE_PULL,
                "the process runtime has no image \""
                        + reference
                        + "\", only \"host\", the machine's own files: use a worker with"
                        + " --runtime docker for others");
    }
}
