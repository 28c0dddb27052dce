package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.model.ApiErrors;
import dev.quilla.store.CompactedException;
import dev.quilla.store.Freshness;
import dev.quilla.store.UnavailableException;
import dev.quilla.store.View;
import java.time.Duration;

/**
 * Which state a read sees, by {@code resourceVersion} and {@code resourceVersionMatch}; that they
 * go together has been checked.
 */
final class Freshnesses {

    private static final Duration WAIT = Duration.ofSeconds(3);

    private Freshnesses() {}

    static View view(ObjectStore objects, ApiCall call) {
        String version = call.text("resourceVersion");
        boolean exact = call.text("resourceVersionMatch").equals("Exact");
        if (version.isEmpty()) {
            return objects.newest();
        }
        if (version.equals("0")) {
            return objects.local();
        }
        long revision = number(version);
        View reached = atLeast(objects, revision);
        if (!exact) {
            return reached;
        }
        try {
            return objects.store().viewAt(revision);
        } catch (CompactedException e) {
            throw ApiErrors.expired("The resourceVersion for the provided list is too old.");
        }
    }

    static View atLeast(ObjectStore objects, long revision) {
        try {
            return objects.store().view(new Freshness.AtLeast(revision, WAIT));
        } catch (UnavailableException e) {
            throw ApiErrors.tooLargeResourceVersion(revision, objects.local().revision());
        }
    }

    static long number(String version) {
        try {
            long revision = Long.parseLong(version);
            if (revision >= 0) {
                return revision;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw ApiErrors.badRequest("invalid resource version \"" + version + "\"");
    }
}
