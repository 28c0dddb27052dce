package dev.quilla.store.raft;

import dev.quilla.store.Member;
import dev.quilla.store.Members;
import dev.quilla.store.UnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.GroupInfoReply;
import org.apache.ratis.protocol.GroupInfoRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.util.ProtoUtils;

/** The members of a store, as a process sees and changes them that is none of them. */
public final class RaftMembers {

    private RaftMembers() {}

    /**
     * Finds the members by some of them.
     *
     * @param clusterId whose members they are
     * @param contacts members, of which one at least must answer
     * @param tls a certificate that the cluster's CA has signed; only tests go without
     * @throws UnavailableException if none answers
     */
    public static Members connect(
            String clusterId,
            List<RaftStoreConfig.Member> contacts,
            Optional<RaftStoreConfig.Tls> tls) {
        return find(clusterId, contacts, new PeerCalls(tls));
    }

    /** The same, over given connections. */
    static LiveMembers find(
            String clusterId, List<RaftStoreConfig.Member> contacts, PeerCalls calls) {
        List<String> addresses = contacts.stream().map(RaftStoreConfig.Member::address).toList();
        for (String address : addresses) {
            Optional<RaftGroupId> group = Joining.ask(clusterId, calls, address);
            if (group.isPresent()) {
                return new LiveMembers(
                        calls, group.get(), () -> roster(calls, group.get(), addresses));
            }
        }
        throw noneOf(addresses);
    }

    private static UnavailableException noneOf(List<String> addresses) {
        return new UnavailableException(
                "no member answers at " + String.join(", ", addresses) + ": is the store running?");
    }

    /** As the leader has it, or else whoever knows most. */
    private static List<Member> roster(PeerCalls calls, RaftGroupId group, List<String> addresses) {
        List<GroupInfoReply> answers = new ArrayList<>();
        for (String address : addresses) {
            ask(calls, group, address).ifPresent(answers::add);
        }
        RaftConfigurationProto conf =
                answers.stream()
                        .filter(a -> a.getConf().isPresent())
                        .max(
                                Comparator.comparing(RaftMembers::leads)
                                        .thenComparing(RaftMembers::last))
                        .flatMap(GroupInfoReply::getConf)
                        .orElseThrow(() -> noneOf(addresses));
        return LiveMembers.membersOf(peers(conf.getPeersList()), peers(conf.getListenersList()));
    }

    private static Optional<GroupInfoReply> ask(
            PeerCalls calls, RaftGroupId group, String address) {
        try {
            return calls.ask(
                                    address,
                                    PeerCalls.PATIENCE,
                                    (self, to, call) -> new GroupInfoRequest(self, to, group, call))
                            instanceof GroupInfoReply info
                    ? Optional.of(info)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // Another one answers, or the caller says that none does.
        }
    }

    private static boolean leads(GroupInfoReply answer) {
        return answer.getRoleInfoProto().getRole() == RaftPeerRole.LEADER;
    }

    private static TermIndex last(GroupInfoReply answer) {
        return TermIndex.valueOf(answer.getLogInfoProto().getLastEntry());
    }

    private static Collection<RaftPeer> peers(List<RaftPeerProto> protos) {
        return protos.stream().map(ProtoUtils::toRaftPeer).toList();
    }
}
