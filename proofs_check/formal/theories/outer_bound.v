From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain loss hessian tensor_flag outer_rank formulas narrowest.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The rank of the network Jacobian against q (r + K - q), where r is the     *)
(* rank of the data and q = min(r, M_1, ..., M_(L-1), K): never more, and     *)
(* equal wherever the whole product W^{L:1} X has rank q.  Over any field.    *)
Section Bound.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)).
Notation r := (\rank X).
Notation q := (q_of L M r).
Notation a l := (\rank (chain W l L)).
Notation b l := (\rank (chain W 0 l *m X)).

(* The ranks a_l = rk W^{L:l+1} grow, *)
Lemma left_rank_le l : (l < L)%N -> (a l <= a l.+1)%N.
Proof. by move=> lL; rewrite (chain_comp W (leqnSn l) lL) mxrankM_maxl. Qed.

(* and all are at least that of the whole product on the data, *)
Lemma above_ge_whole l : (l <= L)%N -> (b L <= a l)%N.
Proof.
by move=> lL; rewrite (chain_comp W (leq0n l) lL) -mulmxA mxrankM_maxl.
Qed.

(* like the b_l = rk W^{l:1} X. *)
Lemma below_ge_whole l : (l <= L)%N -> (b L <= b l)%N.
Proof.
by move=> lL; rewrite (chain_comp W (leq0n l) lL) -mulmxA mxrankM_maxr.
Qed.

(* Some cut m has size q: the products above it up to layer m, and those      *)
(* below it from layer m on, have rank q at most.                             *)
Lemma narrow_cut : (0 < L)%N ->
  exists m, [/\ (m <= L)%N, forall l, (0 < l <= m)%N -> (a l <= q)%N
                          & forall l, (m <= l)%N -> (l <= L)%N -> (b l <= q)%N].
Proof.
move=> L0; have [qr|[m /andP[m0 mL] qm]] := q_of_attained M r L0.
  by exists 0%N; split=> // [[|l]|l _ _] //; rewrite qr mxrankM_maxr.
exists m; split=> // [l /andP[_ lm]|l ml lL]; rewrite qm.
  by rewrite (chain_comp W lm mL) (leq_trans (mxrankM_maxl _ _)) ?rank_leq_col.
rewrite (chain_comp W (leq0n m) ml) -mulmxA (leq_trans (mxrankM_maxr _ _)) //.
exact: leq_trans (mxrankM_maxl _ _) (rank_leq_row _).
Qed.

(* The bound is not negative. *)
Lemma outer_bound_ge0 : 0 <= outer_bound L M r.
Proof.
by rewrite /outer_bound mulr_ge0 // -addrA addr_ge0 // subr_ge0 lez_nat q_of_le_rank.
Qed.

(* For all weights and all data. *)
Theorem rank_jacobian_le : (\rank (jacobian W L X))%:Z <= outer_bound L M r.
Proof.
have [L0|L0] := posnP L.
  rewrite (_ : \rank _ = 0%N) ?outer_bound_ge0 //; apply/eqP.
  by rewrite -leqn0 (leq_trans (rank_leq_col _)) // L0 big_ord0.
have [m [mL am bm]] := narrow_cut L0.
pose u i := if (i <= m)%N then q else M L.
pose v i := if (i.-1 < m)%N then r else q.
have qr : (q <= r)%N := q_of_le_rank L M r.
rewrite rank_jacobian jacobian_chainE.
apply: (@le_trans _ _ (tensor_flag u v L)).
  apply: tensor_flag_le => i /andP[i0 iL]; first exact: left_rank_le.
  - rewrite /v; case: ltnP => im; case: ltnP => // mi.
    by rewrite leqNgt (leq_ltn_trans (leq_pred i) im) in mi.
  - by rewrite /u /=; case: (leqP i m) => im; rewrite ?am ?i0 ?im ?rank_leq_row.
  - rewrite /v /=; case: ltnP => im; first exact: mxrankM_maxr.
    by rewrite bm // (leq_trans (leq_pred i)).
rewrite (tensor_flag_pinned (q := q) (m := m)) // => [|i /andP[i0 im] _|i /andP[mi iL]].
- have -> : v 1%N = r.
    rewrite /v; case: ltnP => //; rewrite leqn0 => /eqP m0; apply/eqP.
    by rewrite eqn_leq qr; have := bm 0%N; rewrite chain_id mul1mx m0 => ->.
  have -> : u L = M L.
    rewrite /u; case: (leqP L m) => // Lm; apply/eqP; rewrite eqn_leq q_of_le_outputs.
    by have := am L; rewrite chain_id mxrank1 L0 Lm => ->.
  by rewrite /outer_bound [r%:Z + _]addrC.
- by rewrite /u im.
- by rewrite /v ltnNge -ltnS (ltn_predK mi) mi.
Qed.

(* With equality where the whole product has rank q. *)
Theorem rank_jacobian_whole : (0 < L)%N -> b L = q ->
  (\rank (jacobian W L X))%:Z = outer_generic L M r.
Proof.
move=> L0 bL; have [m [mL am bm]] := narrow_cut L0.
rewrite rank_jacobian jacobian_chainE.
rewrite (tensor_flag_pinned (q := q) (m := m)) // => [|i /andP[i0 im] iL|i /andP[mi iL]].
- by rewrite /outer_generic /= !chain_id mul1mx mxrank1 [r%:Z + _]addrC.
- by apply/eqP; rewrite eqn_leq am ?i0 // -{1}bL above_ge_whole.
have iL' : (i.-1 <= L)%N := leq_trans (leq_pred i) iL.
apply/eqP; rewrite eqn_leq -{2}bL below_ge_whole // andbT bm //.
by rewrite -ltnS (ltn_predK mi).
Qed.

(* The whole product has rank q wherever the two products that meet at a      *)
(* layer m have the rank M_m; and then M_m = q.                               *)
Lemma rank_whole_narrow m : (0 < L)%N -> (m <= L)%N ->
    \rank (chain W 0 m *m X) = M m -> \rank (chain W m L) = M m ->
  b L = M m /\ M m = q.
Proof.
move=> L0 mL below above.
have whole : \rank (chain W 0 L *m X) = M m.
  by rewrite (chain_comp W (leq0n m) mL) -mulmxA eqmxMfull // /row_full above.
split=> //; have [m0|m0] := posnP m; last first.
  apply: q_of_unique => // [|l /andP[l0 lL]|].
  - by rewrite -below mxrankM_maxr.
  - have [ml|lm] := leqP m l; last first.
      rewrite -below (chain_comp W (leq0n l) (ltnW lm)) -mulmxA.
      by rewrite (leq_trans (mxrankM_maxr _ _)) // (leq_trans (mxrankM_maxl _ _)) ?rank_leq_row.
    by rewrite -above (chain_comp W ml lL) (leq_trans (mxrankM_maxr _ _)) ?rank_leq_row.
  - by right; exists m; rewrite ?m0.
(* m = 0: the data have rank M_0, and all the layers above are one-to-one. *)
have rE : \rank X = M 0%N by move: below; rewrite m0 chain_id mul1mx.
rewrite m0; apply: q_of_unique => // [|l /andP[l0 lL]|]; first by rewrite rE.
  move: above; rewrite m0 => <-; rewrite (chain_comp W (leq0n l) lL).
  by rewrite (leq_trans (mxrankM_maxr _ _)) ?rank_leq_row.
by left.
Qed.

End Bound.

(* Some weights give the whole product that rank, for every data set: in a    *)
(* basis of the data, the first q inputs are passed on and nothing else.      *)
Section Attained.
Variables (F : fieldType) (M : nat -> nat) (L N q : nat).
Hypothesis narrow : forall l, (0 < l <= L)%N -> (q <= M l)%N.

Definition passing (basis : 'M[F]_(M 0)) (i : nat) : 'M[F]_(M i.+1, M i) :=
  match i return 'M[F]_(M i.+1, M i) with
  | 0%N => pid_mx q *m basis
  | _ => pid_mx q
  end.

Lemma chain_passing basis k : (k < L)%N -> chain (passing basis) 0 k.+1 = pid_mx q *m basis.
Proof.
elim: k => [|k IH] kL; first by rewrite chain_1.
have pass : passing basis k.+1 *m (pid_mx q : 'M_(M k.+1, M 0)) = pid_mx q.
  by rewrite pid_mx_id // narrow //= ltnW.
by rewrite (chain_S _ (leq0n _)) (IH (ltnW kL)) [LHS]mulmxA pass.
Qed.

Lemma rank_passing (X : 'M[F]_(M 0, N)) : (0 < L)%N -> (q <= \rank X)%N ->
  \rank (chain (passing (invmx (col_ebase X))) 0 L *m X) = q.
Proof.
move=> L0 qr; have -> : chain (passing (invmx (col_ebase X))) 0 L = pid_mx q *m invmx (col_ebase X).
  by case: L L0 chain_passing => // L' _ ->.
rewrite -{2}[X]mulmx_ebase mulmxA mulmxA mulmxKV ?col_ebase_unit //.
rewrite mxrankMfree ?row_free_unit ?row_ebase_unit // mul_pid_mx (minn_idPl qr).
rewrite (minn_idPr (leq_trans qr (rank_leq_row X))) rank_pid_mx ?narrow ?L0 ?leqnn //.
exact: leq_trans qr (rank_leq_col X).
Qed.
End Attained.

(* So the bound is attained, on every data set. *)
Theorem outer_attained (F : fieldType) (M : nat -> nat) (L N : nat) (X : 'M[F]_(M 0%N, N)) :
    (0 < L)%N ->
  exists W : forall i, 'M[F]_(M i.+1, M i), \rank (chain W 0 L *m X) = q_of L M (\rank X).
Proof.
move=> L0; exists (passing (q_of L M (\rank X)) (invmx (col_ebase X))).
by apply: (@rank_passing _ _ L) => // [l|]; [exact: q_of_le_width | exact: q_of_le_rank].
Qed.
