package dev.quilla.apiserver.http;

import dev.quilla.apiserver.aggregation.ServersOfOthers;
import dev.quilla.apiserver.audit.Audit;
import dev.quilla.apiserver.audit.AuditTrail;
import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.apiserver.request.ResourceHandler;
import dev.quilla.apiserver.request.Turn;
import dev.quilla.apiserver.request.Warnings;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.Body;
import dev.quilla.client.Transport;
import dev.quilla.client.WatchEndedException;
import dev.quilla.client.WatchEvent;
import dev.quilla.client.WatchStream;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.meta.v1.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The API for programs in the master's own process: the same pipeline, without sockets and without
 * encoding. Its writes are fenced by the term of leadership that it was made for, but for those
 * that go on to other servers, which know of no terms.
 */
public final class InProcessTransport implements Transport {

    private final ResourceHandler resources;
    private final ServersOfOthers others;
    private final Authorizer authorizer;
    private final Identity identity;
    private final OptionalLong fenceTerm;
    private final Audit audit;
    private volatile boolean closed;

    /** Calls as somebody, fenced by a term. */
    public InProcessTransport(
            ResourceHandler resources,
            ServersOfOthers others,
            Authorizer authorizer,
            Identity identity,
            OptionalLong fenceTerm,
            Audit audit) {
        this.resources = resources;
        this.others = others;
        this.authorizer = authorizer;
        this.identity = identity;
        this.fenceTerm = fenceTerm;
        this.audit = audit;
    }

    @Override
    public ApiResponse call(ApiRequest request) {
        RequestInfo info = RequestInfo.parse(request.method(), request.path(), false);
        AuditTrail trail = begin(request, info);
        int code = 500;
        try {
            allow(request, info, trail);
            ApiResponse response =
                    others.call(request, info, identity)
                            .orElseGet(() -> response(reply(request, info, trail)));
            code = response.code();
            return response;
        } catch (ApiException e) {
            code = e.code();
            trail.failed(e.status());
            return ApiResponse.of(e.code(), Body.of(e.status().struct()));
        } catch (RuntimeException | Error e) {
            trail.panicked(e.toString());
            throw e;
        } finally {
            trail.completed(code);
        }
    }

    private static ApiResponse response(ApiReply reply) {
        return switch (reply) {
            case ApiReply.OfStruct object ->
                    new ApiResponse(object.code(), Body.of(object.struct()), object.warnings());
            case ApiReply.OfStored stored ->
                    new ApiResponse(
                            stored.code(), Body.of(stored.object().object()), stored.warnings());
            case ApiReply.OfList list ->
                    new ApiResponse(200, Body.of(list.list().object()), list.warnings());
            case ApiReply.OfBytes bytes ->
                    ApiResponse.of(
                            bytes.code(), Body.of(bytes.bytes().shared(), bytes.contentType()));
            case ApiReply.OfWatch watch -> {
                watch.source().close();
                throw ApiErrors.badRequest("a watch is no call");
            }
        };
    }

    private AuditTrail begin(ApiRequest request, RequestInfo info) {
        AuditTrail trail =
                audit.begin(
                        info,
                        () ->
                                new Audit.Origin(
                                        "", request.path(), program(), List.of("127.0.0.1")));
        trail.identified(identity);
        return trail;
    }

    @Override
    public WatchStream watch(ApiRequest request) {
        RequestInfo info = RequestInfo.parse(request.method(), request.path(), true);
        AuditTrail trail = begin(request, info);
        try {
            allow(request, info, trail);
            Optional<WatchStream> elsewhere = others.watch(request, identity);
            if (elsewhere.isPresent()) {
                trail.started(200);
                trail.completed(200);
                return elsewhere.get();
            }
            if (reply(request, info, trail) instanceof ApiReply.OfWatch watch) {
                trail.started(200);
                return new Stream(watch.source(), trail);
            }
            throw ApiErrors.badRequest("the request is no watch");
        } catch (ApiException e) {
            trail.failed(e.status());
            trail.completed(e.code());
            throw e;
        }
    }

    private void allow(ApiRequest request, RequestInfo info, AuditTrail trail) {
        if (closed) {
            throw ApiErrors.unavailable("this master no longer leads");
        }
        boolean allowed = authorizer.allows(identity, info);
        if (trail.records()) {
            trail.decided(allowed, allowed ? authorizer.reason(identity, info) : "");
            trail.sent(request.body(), Optional.empty());
        }
        if (!allowed) {
            throw ApiErrors.forbidden(
                    info.groupResource(),
                    info.name(),
                    "User \"%s\" cannot %s resource \"%s\""
                            .formatted(identity.user(), info.verb(), info.resource()));
        }
    }

    private ApiReply reply(ApiRequest request, RequestInfo info, AuditTrail trail) {
        if (!info.isResource()) {
            throw ApiErrors.noSuchPath();
        }
        Map<String, List<String>> query = new LinkedHashMap<>();
        request.query()
                .forEach(q ->
                        query.computeIfAbsent(q.name(), n -> new ArrayList<>()).add(q.value()));
        ApiReply reply =
                resources.handle(
                        new ApiCall(
                                info,
                                identity,
                                query,
                                ApiCall.STRUCT,
                                request.body(),
                                program(),
                                fenceTerm,
                                new Warnings(),
                                trail,
                                Turn.FREE));
        reply.answer().ifPresent(trail::answered);
        return reply;
    }

    /** A service account's own name, without the namespace. */
    private String program() {
        return identity.user().substring(identity.user().lastIndexOf(':') + 1);
    }

    @Override
    public void close() {
        closed = true;
    }

    private final class Stream implements WatchStream {
        private final ApiReply.EventSource source;
        private final AuditTrail trail;
        private final Deque<ApiReply.EventSource.Frame> ready = new ArrayDeque<>();

        Stream(ApiReply.EventSource source, AuditTrail trail) {
            this.source = source;
            this.trail = trail;
        }

        @Override
        public Optional<WatchEvent> next(Duration atMost) {
            try {
                if (ready.isEmpty()) {
                    if (closed) {
                        throw new WatchEndedException("the transport is closed");
                    }
                    Optional<List<ApiReply.EventSource.Frame>> frames = source.next(atMost);
                    if (frames.isEmpty()) {
                        throw new WatchEndedException("the watch has ended");
                    }
                    ready.addAll(frames.get());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new WatchEndedException("interrupted");
            }
            ApiReply.EventSource.Frame frame = ready.poll();
            if (frame == null) {
                return Optional.empty();
            }
            if (frame.type().equals("ERROR")) {
                throw new ApiException(new Status(frame.object()));
            }
            return Optional.of(
                    new WatchEvent(WatchEvent.Type.valueOf(frame.type()), frame.object()));
        }

        @Override
        public void close() {
            source.close();
            trail.completed(200);
        }
    }
}
