package dev.quilla.client.fake;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.Body;
import dev.quilla.client.Transport;
import dev.quilla.client.TransportException;
import dev.quilla.client.WatchEvent.Type;
import dev.quilla.client.WatchStream;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.Bytes;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.patch.JsonMergePatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Objects in a map, with revisions, paging, watches and merge patches; no defaults, validation or
 * selectors. Faults are made by calling for them. Thread-safe.
 */
public final class FakeApi implements Transport {

    private final Map<String, Struct> objects = new TreeMap<>();
    private final List<LoggedEvent> log = new ArrayList<>();
    private final List<FakeWatch> watches = new ArrayList<>();
    private final List<ApiRequest> requests = new ArrayList<>();
    private long revision = 1;
    private long compacted;
    private int failures;

    record LoggedEvent(long revision, String collection, Type type, Struct object) {}

    @Override
    public synchronized ApiResponse call(ApiRequest request) {
        requests.add(request);
        if (failures > 0) {
            failures--;
            throw new TransportException("as asked for", new IOException("fake"), true);
        }
        try {
            return serve(request, FakePath.parse(request.path()));
        } catch (ApiException e) {
            return ApiResponse.of(e.code(), Body.of(e.status().struct()));
        }
    }

    private ApiResponse serve(ApiRequest request, FakePath path) {
        return switch (request.method()) {
            case "GET" -> path.name().isEmpty() ? list(request, path) : ok(existing(path));
            case "POST" -> create(path, request.body().struct(path.resource().definition()));
            case "PUT" -> update(path, request.body().struct(path.resource().definition()));
            case "PATCH" -> patch(path, request.body().encoded());
            case "DELETE" -> delete(path);
            default -> throw ApiErrors.methodNotSupported(path.group(), request.method());
        };
    }

    private Struct existing(FakePath path) {
        Struct object = objects.get(path.object());
        if (object == null) {
            throw ApiErrors.notFound(path.group(), path.name());
        }
        return object;
    }

    private ApiResponse list(ApiRequest request, FakePath path) {
        int limit = Integer.parseInt(request.param("limit").orElse("0"));
        String[] after = request.param("continue").orElse(revision + " ").split(" ", 2);
        if (Long.parseLong(after[0]) < compacted) {
            throw ApiErrors.expired("the continue token is too old");
        }
        List<Struct> items = new ArrayList<>();
        String last = "";
        boolean more = false;
        for (Map.Entry<String, Struct> entry : objects.entrySet()) {
            if (!path.holds(entry.getKey()) || entry.getKey().compareTo(after[1]) <= 0) {
                continue;
            }
            more = limit > 0 && items.size() == limit;
            if (more) {
                break;
            }
            items.add(entry.getValue());
            last = entry.getKey();
        }
        Struct list = path.resource().listDefinition().orElseThrow().empty();
        list = list.with("items", List.copyOf(items));
        list = list.withAt(Long.toString(revision), "metadata", "resourceVersion");
        if (more) {
            list = list.withAt(revision + " " + last, "metadata", "continue");
        }
        return ok(list);
    }

    private ApiResponse create(FakePath path, Struct object) {
        FakePath own = path.named(object.text("metadata", "name"));
        if (objects.containsKey(own.object())) {
            throw ApiErrors.alreadyExists(path.group(), own.name());
        }
        Struct made = object.withAt(UUID.randomUUID().toString(), "metadata", "uid");
        return ApiResponse.of(201, Body.of(put(own, made, Type.ADDED)));
    }

    private ApiResponse update(FakePath path, Struct object) {
        String expected = object.text("metadata", "resourceVersion");
        Struct current = existing(path);
        if (!expected.isEmpty() && !expected.equals(current.text("metadata", "resourceVersion"))) {
            throw ApiErrors.modified(path.group(), path.name());
        }
        return ok(put(path, object, Type.MODIFIED));
    }

    private ApiResponse patch(FakePath path, Bytes patch) {
        Struct current = existing(path);
        Object tree =
                JsonMergePatch.apply(JsonCodec.toTree(current), JsonTree.parse(patch.shared()));
        Struct patched = JsonCodec.fromTree(path.resource().definition(), tree);
        return update(path, patched);
    }

    private ApiResponse delete(FakePath path) {
        Struct last = existing(path);
        objects.remove(path.object());
        revision++;
        Struct deleted = last.withAt(Long.toString(revision), "metadata", "resourceVersion");
        publish(path, Type.DELETED, deleted);
        return ok(deleted);
    }

    private Struct put(FakePath path, Struct object, Type type) {
        revision++;
        Struct stored = object.withAt(Long.toString(revision), "metadata", "resourceVersion");
        objects.put(path.object(), stored);
        publish(path, type, stored);
        return stored;
    }

    private void publish(FakePath path, Type type, Struct object) {
        log.add(new LoggedEvent(revision, path.object(), type, object));
        notifyAll();
    }

    private static ApiResponse ok(Struct object) {
        return ApiResponse.of(200, Body.of(object));
    }

    @Override
    public synchronized WatchStream watch(ApiRequest request) {
        requests.add(request);
        FakePath path = FakePath.parse(request.path());
        long after = Long.parseLong(request.param("resourceVersion").orElse("0"));
        FakeWatch watch = new FakeWatch(this, path, after);
        watches.add(watch);
        return watch;
    }

    /** The next event that a watch is to see after a revision; waits once, at most that long. */
    synchronized List<LoggedEvent> after(FakePath path, long after, long millis)
            throws InterruptedException {
        List<LoggedEvent> found = find(path, after);
        if (found.isEmpty() && millis > 0) {
            wait(millis);
            found = find(path, after);
        }
        return found;
    }

    private List<LoggedEvent> find(FakePath path, long after) {
        if (after < compacted) {
            throw ApiErrors.expired("too old resource version: " + after);
        }
        return log.stream()
                .filter(e -> e.revision() > after && path.holds(e.collection()))
                .limit(1)
                .toList();
    }

    /** Forgets all events so far: slow watchers and old continue tokens get 410. */
    public synchronized void compact() {
        compacted = revision;
        log.clear();
        notifyAll();
    }

    /** Ends all watches, as a server that stops does. */
    public synchronized void breakWatches() {
        watches.forEach(FakeWatch::close);
        watches.clear();
    }

    /** Lets the next calls fail without an answer. */
    public synchronized void failNext(int calls) {
        failures = calls;
    }

    /** All objects of a resource now. */
    public synchronized List<Struct> objects(String collection) {
        FakePath path = FakePath.parse(collection);
        return objects.entrySet().stream()
                .filter(e -> path.holds(e.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** All calls and watches so far. */
    public synchronized List<ApiRequest> requests() {
        return List.copyOf(requests);
    }

    /** The newest revision. */
    public synchronized long revision() {
        return revision;
    }

    @Override
    public void close() {
        breakWatches();
    }
}
