package dev.quilla.etcd;

import dev.quilla.store.Entry;
import dev.quilla.store.Finding;
import io.etcd.jetcd.api.DeleteRangeResponse;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.util.List;

/** What the steps of a transaction found, as etcd tells it. */
final class TxnAnswers {

    private final PastReads past;

    TxnAnswers(PastReads past) {
        this.past = past;
    }

    TxnResponse.Builder txn(TxnRequest request, Finding.Chosen chosen) {
        TxnResponse.Builder answer = TxnResponse.newBuilder().setSucceeded(chosen.held());
        List<RequestOp> taken = chosen.held() ? request.getSuccessList() : request.getFailureList();
        for (int i = 0; i < taken.size(); i++) {
            answer.addResponses(answer(taken.get(i), chosen.findings().get(i)));
        }
        return answer;
    }

    private ResponseOp.Builder answer(RequestOp op, Finding finding) {
        ResponseOp.Builder answer = ResponseOp.newBuilder();
        return switch (finding) {
            case Finding.Found found -> answer.setResponseRange(range(op.getRequestRange(), found));
            case Finding.Written written -> answer.setResponsePut(put(written));
            case Finding.Deleted deleted -> answer.setResponseDeleteRange(delete(deleted));
            case Finding.Chosen chosen -> answer.setResponseTxn(txn(op.getRequestTxn(), chosen));
        };
    }

    private RangeResponse.Builder range(RangeRequest request, Finding.Found found) {
        return past.of(request)
                .map(view -> Ranges.read(request, view))
                .orElseGet(() -> Ranges.answer(request, found.entries(), found.count()));
    }

    static PutResponse.Builder put(Finding.Written written) {
        PutResponse.Builder answer = PutResponse.newBuilder();
        written.previous().map(Ranges::keyValue).ifPresent(answer::setPrevKv);
        return answer;
    }

    static DeleteRangeResponse.Builder delete(Finding.Deleted deleted) {
        DeleteRangeResponse.Builder answer =
                DeleteRangeResponse.newBuilder().setDeleted(deleted.count());
        for (Entry entry : deleted.previous()) {
            answer.addPrevKvs(Ranges.keyValue(entry));
        }
        return answer;
    }
}
