From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import formulas.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(* The shorthands q, qhat, q' and qbar of the formulas are minima: each is at most all that it is *)
(* the minimum of, one of these equals it, and nothing larger is at most all of them. So no       *)
(* theorem needs a hypothesis about q: it speaks of q_of L M r itself.                            *)

(* A minimum over a sequence and a value x. *)
Section Minimum.
Variables (x : nat) (f : nat -> nat).
Implicit Type s : seq nat.

Lemma big_minn_le s k : k \in s -> (\big[minn/x]_(i <- s) f i <= f k)%N.
Proof.
elim: s => // a s IH; rewrite inE big_cons => /orP[/eqP <-|/IH h]; first exact: geq_minl.
exact: leq_trans (geq_minr _ _) h.
Qed.

Lemma big_minn_attained s :
  \big[minn/x]_(i <- s) f i = x \/ exists2 k, k \in s & \big[minn/x]_(i <- s) f i = f k.
Proof.
elim: s => [|a s [E|[k ks E]]]; first by left; rewrite big_nil.
  rewrite big_cons E /minn; case: ltnP => _; last by left.
  by right; exists a; rewrite ?mem_head.
rewrite big_cons E /minn; case: ltnP => _; right; first by exists a; rewrite ?mem_head.
by exists k; rewrite // inE ks orbT.
Qed.
End Minimum.

(* The narrowest hidden width is at most each hidden width M_l, 0 < l < L. *)
Lemma narrowest_hidden_le L M l : (0 < l < L)%N -> (narrowest_hidden L M <= M l)%N.
Proof.
move=> h; rewrite /narrowest_hidden ifN ?big_minn_le ?mem_index_iota //.
by case/andP: h => l0 lL; rewrite -ltnNge (leq_ltn_trans l0 lL).
Qed.

(* It is the width of a hidden layer, if there is one. *)
Lemma narrowest_hidden_attained L M :
  (1 < L)%N -> exists2 l, (0 < l < L)%N & narrowest_hidden L M = M l.
Proof.
move=> L1; rewrite /narrowest_hidden ifN -?ltnNge //.
have [E|[k kI E]] := big_minn_attained (M 1%N) M (index_iota 1 L); first by exists 1%N.
by exists k; rewrite // mem_index_iota in kI *.
Qed.

(* The last narrowest hidden layer: all that are behind it are wider. *)
Lemma last_narrowest L M : (1 < L)%N ->
  exists m, [/\ (0 < m < L)%N, M m = narrowest_hidden L M
    & forall l, (m < l < L)%N -> (narrowest_hidden L M < M l)%N].
Proof.
move=> L1; pose P m := (0 < m < L)%N && (M m == narrowest_hidden L M).
have exP : exists m, P m.
  by have [m mL E] := narrowest_hidden_attained M L1; exists m; rewrite /P mL E eqxx.
have leP m : P m -> (m <= L)%N by case/andP=> /andP[_ /ltnW].
have [m /andP[mL /eqP E] last] := ex_maxnP exP leP; exists m; split=> // l /andP[ml lL].
have l0 : (0 < l < L)%N by rewrite (leq_trans _ ml).
rewrite ltn_neqAle narrowest_hidden_le // andbT eq_sym; apply: contraL ml => lE.
by rewrite -leqNgt last // /P l0.
Qed.

(* Without hidden layers it stands for M_0 + M_L, which no rank exceeds. *)
Lemma narrowest_hidden_none L M : (L <= 1)%N -> narrowest_hidden L M = (M 0 + M L)%N.
Proof. by move=> L1; rewrite /narrowest_hidden L1. Qed.

Section Q.
Variables (L : nat) (M : nat -> nat).
Implicit Types n r s : nat.

(* q <= r *)
Lemma q_of_le_rank r : (q_of L M r <= r)%N.
Proof. by rewrite /q_of !geq_min leqnn !orbT. Qed.

(* q <= K *)
Lemma q_of_le_outputs r : (q_of L M r <= M L)%N.
Proof. exact: geq_minl. Qed.

(* q <= M_l for every layer but the input *)
Lemma q_of_le_width r l : (0 < l <= L)%N -> (q_of L M r <= M l)%N.
Proof.
case/andP=> l0; rewrite leq_eqVlt => /orP[/eqP->|lL]; first exact: q_of_le_outputs.
by rewrite /q_of !geq_min narrowest_hidden_le ?l0 // orbT.
Qed.

(* q <= M_0 too, since r is the rank of a matrix with M_0 rows *)
Lemma q_of_le_widths r l : (r <= M 0)%N -> (l <= L)%N -> (q_of L M r <= M l)%N.
Proof.
case: l => [|l] r0 lL; first exact: leq_trans (q_of_le_rank r) r0.
by rewrite q_of_le_width.
Qed.

(* q is r or the width of some layer *)
Lemma q_of_attained r : (0 < L)%N ->
  q_of L M r = r \/ exists2 l, (0 < l <= L)%N & q_of L M r = M l.
Proof.
move=> L0; have [qK|] := leqP (M L) (minn (narrowest_hidden L M) r).
  by right; exists L; rewrite ?L0 ?leqnn // /q_of (minn_idPl qK).
move=> qK; have -> : q_of L M r = minn (narrowest_hidden L M) r by apply/minn_idPr/ltnW.
have [h|h] := leqP r (narrowest_hidden L M); first by left.
have [L1|L1] := leqP L 1.
  by move: qK; rewrite (minn_idPl (ltnW h)) narrowest_hidden_none // ltnNge leq_addl.
have [l /andP[l0 lL] E] := narrowest_hidden_attained M L1.
by right; exists l; rewrite ?l0 1?ltnW.
Qed.

(* what is at most r and at most every width but M_0 is at most q *)
Lemma leq_q_of r n : (0 < L)%N ->
  (n <= r)%N -> (forall l, (0 < l <= L)%N -> (n <= M l)%N) -> (n <= q_of L M r)%N.
Proof.
by move=> L0 nr nM; have [->|[l lL ->]] := q_of_attained r L0; last exact: nM.
Qed.

(* q is the only number that is at most all of these and equal to one *)
Lemma q_of_unique r n : (0 < L)%N ->
    (n <= r)%N -> (forall l, (0 < l <= L)%N -> (n <= M l)%N) ->
    n = r \/ (exists2 l, (0 < l <= L)%N & n = M l) ->
  n = q_of L M r.
Proof.
move=> L0 nr nM nE; apply/eqP; rewrite eqn_leq leq_q_of //=.
by case: nE => [->|[l lL ->]]; rewrite ?q_of_le_rank ?q_of_le_width.
Qed.

(* without hidden layers *)
Lemma q_of_one_layer r : L = 1%N -> (r <= M 0)%N -> q_of L M r = minn (M 1%N) r.
Proof.
move=> -> r0; rewrite /q_of narrowest_hidden_none //; congr minn.
by rewrite (minn_idPr _) // (leq_trans r0) ?leq_addr.
Qed.

(* qhat = min(q, s) *)
Lemma qhat_ofE r s : qhat_of L M r s = minn (q_of L M r) s.
Proof. by rewrite /qhat_of /q_of !minnA. Qed.

Lemma qhat_of_le_q r s : (qhat_of L M r s <= q_of L M r)%N.
Proof. by rewrite qhat_ofE geq_minl. Qed.

Lemma qhat_of_le_residual r s : (qhat_of L M r s <= s)%N.
Proof. by rewrite qhat_ofE geq_minr. Qed.

Lemma qhat_of_le_width r s l : (0 < l <= L)%N -> (qhat_of L M r s <= M l)%N.
Proof. by move=> lL; apply: leq_trans (qhat_of_le_q r s) (q_of_le_width r lL). Qed.

Lemma qhat_of_le_widths r s l : (r <= M 0)%N -> (l <= L)%N -> (qhat_of L M r s <= M l)%N.
Proof. by move=> r0 lL; apply: leq_trans (qhat_of_le_q r s) (q_of_le_widths r0 lL). Qed.

(* qhat = q if the residual is of rank q or more *)
Lemma qhat_of_q r s : (q_of L M r <= s)%N -> qhat_of L M r s = q_of L M r.
Proof. by rewrite qhat_ofE => /minn_idPl. Qed.

Lemma qhat_of_attained r s : (0 < L)%N ->
  [\/ qhat_of L M r s = s, qhat_of L M r s = r
    | exists2 l, (0 < l <= L)%N & qhat_of L M r s = M l].
Proof.
move=> L0; rewrite qhat_ofE; have [_|_] := leqP (q_of L M r) s; last by constructor 1.
by have [->|E] := q_of_attained r L0; [constructor 2 | constructor 3].
Qed.

(* With bias: q' and qbar are q for data of rank r + 1 and of rank r~ - 1. *)
Lemma q_bias_ofE r : q_bias_of L M r = q_of L M (r + 1).
Proof. by []. Qed.

Lemma q_centred_ofE r : q_centred_of L M r = q_of L M (r - 1).
Proof. by []. Qed.

End Q.
