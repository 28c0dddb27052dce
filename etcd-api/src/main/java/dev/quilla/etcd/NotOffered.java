package dev.quilla.etcd;

import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** Names what is not offered, where gRPC would only say that a method has no implementation. */
final class NotOffered implements ServerInterceptor {

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        return next.startCall(
                new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
                    @Override
                    public void close(Status status, Metadata trailers) {
                        boolean silent =
                                status.getCode() == Status.Code.UNIMPLEMENTED
                                        && !String.valueOf(status.getDescription())
                                                .startsWith("etcdserver:");
                        super.close(silent ? named(method) : status, trailers);
                    }
                },
                headers);
    }

    private static Status named(String method) {
        StatusRuntimeException named = Errors.notOffered(method);
        return named.getStatus();
    }
}
