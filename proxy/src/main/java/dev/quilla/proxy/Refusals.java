package dev.quilla.proxy;

import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.core.v1.Service;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Tells owners of services, once, what of them is not served. Belongs to one thread. */
final class Refusals {

    private final EventRecorder events;
    private Map<ObjectKey, String> told = Map.of();

    Refusals(EventRecorder events) {
        this.events = events;
    }

    void tell(Collection<Service> services) {
        Map<ObjectKey, String> now = new HashMap<>();
        for (Service service : services) {
            Optional<String> refusal = ServiceTables.refusal(service);
            refusal.ifPresent(why -> {
                now.put(service.key(), why);
                if (!why.equals(told.get(service.key()))) {
                    events.record(service, EventType.WARNING, "NotServed", why);
                }
            });
        }
        told = now;
    }
}
