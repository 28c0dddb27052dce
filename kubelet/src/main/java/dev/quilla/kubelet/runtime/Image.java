package dev.quilla.kubelet.runtime;

import java.util.List;

/**
 * An image that is on this machine.
 *
 * @param id what identifies its content
 * @param reference by which name it was asked for
 * @param names all names and digests it is known by
 * @param user as whom it wants to run: a name or number, perhaps with a group; empty for root
 */
public record Image(String id, String reference, List<String> names, long sizeBytes, String user) {

    public Image {
        names = List.copyOf(names);
    }
}
