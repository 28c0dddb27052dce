package dev.quilla.etcd;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Store;
import io.etcd.jetcd.api.ResponseHeader;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * {@code etcdserverpb.Lease} with its method {@code LeaseLeases}, which the protocol classes in use
 * do not have: its request is empty, its answer a header (1) and leases (2) of one number (1).
 */
final class LeaseList implements BindableService {

    private static final String SERVICE = "etcdserverpb.Lease";

    private final Store store;
    private final Headers headers;
    private final BindableService rest;

    LeaseList(Store store, Headers headers, BindableService rest) {
        this.store = store;
        this.headers = headers;
        this.rest = rest;
    }

    @Override
    public ServerServiceDefinition bindService() {
        ServerServiceDefinition.Builder all = ServerServiceDefinition.builder(SERVICE);
        for (ServerMethodDefinition<?, ?> method : rest.bindService().getMethods()) {
            all.addMethod(method);
        }
        MethodDescriptor<byte[], byte[]> list =
                MethodDescriptor.<byte[], byte[]>newBuilder()
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName(
                                MethodDescriptor.generateFullMethodName(SERVICE, "LeaseLeases"))
                        .setRequestMarshaller(new AsBytes())
                        .setResponseMarshaller(new AsBytes())
                        .build();
        return all.addMethod(
                        list,
                        ServerCalls.asyncUnaryCall(
                                (request, observer) -> Calls.answer(observer, this::list)))
                .build();
    }

    private byte[] list() {
        List<LeaseId> leases = store.leases();
        ResponseHeader header = headers.now();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeMessage(1, header);
            for (LeaseId lease : leases) {
                out.writeTag(2, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                out.writeUInt32NoTag(CodedOutputStream.computeInt64Size(1, lease.number()));
                out.writeInt64(1, lease.number());
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static final class AsBytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
