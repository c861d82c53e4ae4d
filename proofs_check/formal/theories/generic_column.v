From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Hessproof Require Import chain loss hessian functional_column column_rank.
From Hessproof Require Import derivative generic generic_hessian generic_residual.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* For every matrix G, which stands for X times the transposed residual, there are weights with *)
(* which the product of G and all weights but one has rank q, for every q up to rk G and the    *)
(* hidden widths: rectangular identities of rank q, in bases of G. Over any field.              *)
Section Witness.
Variables (F : fieldType) (M : nat -> nat) (L' q : nat).
Notation L := L'.+2.
Variable G : 'M[F]_(M 0%N, M L).
Hypothesis qG : (q <= \rank G)%N.
Hypothesis qM : forall l, (0 < l < L)%N -> (q <= M l)%N.

Definition through_joint (l : nat) : 'M[F]_(M l.+1, M l) :=
  match l return 'M_(M l.+1, M l) with
  | 0%N => pid_mx q *m invmx (col_ebase G)
  | l'.+1 => if l' == L' then conform_mx 0 (invmx (row_ebase G) *m (pid_mx q : 'M_(M L, M L'.+1)))
             else pid_mx q
  end.
Notation W := through_joint.

Lemma through_hidden l : (l < L')%N -> W l.+1 = pid_mx q.
Proof. by move=> lL; rewrite /through_joint ltn_eqF. Qed.

Lemma through_last : W L'.+1 = invmx (row_ebase G) *m pid_mx q.
Proof. by rewrite /through_joint eqxx conform_mx_id. Qed.

Lemma joint_front l : (l < L)%N ->
  exists P : 'M_(q, M l), P *m chain W 0 l = pid_mx q *m invmx (col_ebase G).
Proof.
case: l => [|l] lL; first by exists (pid_mx q *m invmx (col_ebase G)); rewrite chain_id mulmx1.
exists (pid_mx q); have -> : chain W 0 l.+1 = pid_mx q *m invmx (col_ebase G).
  elim: l lL => [|l IH] lL; first by rewrite chain_1.
  rewrite chain_S // (IH (ltnW lL)) (through_hidden lL) mulmxA pid_mx_id // qM //.
  exact: ltnW.
by rewrite mulmxA pid_mx_id // qM.
Qed.

Lemma joint_back l : (l < L)%N ->
  exists Q : 'M_(M l.+1, q), chain W l.+1 L *m Q = invmx (row_ebase G) *m pid_mx q.
Proof.
rewrite ltnS leq_eqVlt => /orP[/eqP -> | lL].
  by exists (invmx (row_ebase G) *m pid_mx q); rewrite chain_id mul1mx.
exists (pid_mx q); rewrite chain_S // through_last -!mulmxA.
congr (_ *m _); have hidden k : (k <= L'.+1)%N -> (l.+1 <= k)%N ->
    chain W l.+1 k *m pid_mx q = pid_mx q :> 'M_(M k, q).
  elim: k => // k IH kL; rewrite leq_eqVlt => /orP[/eqP <- | lk]; first by rewrite chain_id mul1mx.
  rewrite chain_S // -mulmxA IH ?(ltnW kL) //; case: k lk kL {IH} => // k lk kL.
  by rewrite (through_hidden kL) pid_mx_id // qM //=; apply: ltnW.
by rewrite hidden // pid_mx_id // qM //= ltnSn.
Qed.

Lemma rank_joint_product l : (l < L)%N -> (q <= \rank (chain W 0 l *m G *m chain W l.+1 L))%N.
Proof.
move=> lL; have [P PE] := joint_front lL; have [Q QE] := joint_back lL.
have whole : P *m (chain W 0 l *m G *m chain W l.+1 L) *m Q = 1%:M.
  rewrite !mulmxA PE -!mulmxA QE -[G in X in _ *m (_ *m (X *m _)) = _]mulmx_ebase.
  rewrite !mulmxA mulmxKV ?col_ebase_unit // -!mulmxA mulKVmx ?row_ebase_unit //.
  have qc := leq_trans qG (rank_leq_col G); have qr := leq_trans qG (rank_leq_row G).
  by rewrite !mul_pid_mx !(minn_idPr _) ?(minn_idPl _) // pid_mx_1.
apply: leq_trans (mxrankM_maxl _ Q); apply: leq_trans (mxrankM_maxr P _).
by rewrite mulmxA whole mxrank1.
Qed.
End Witness.

(* A block column of the functional Hessian, for a fixed residual E: for almost all weights the *)
(* product of all other weights and X E^T has the largest rank that it can have.                *)
Section Column.
Variables (F : fieldType) (M : nat -> nat) (L N : nat).
Variables (X : 'M[F]_(M 0%N, N)) (E : 'M[F]_(M L, N)) (l : 'I_L).
Notation weights := (forall i, 'M[F]_(M i.+1, M i)).

Theorem generic_whole_product q : (1 < L)%N -> (q <= \rank (X *m E^T))%N ->
    (forall c, (0 < c < L)%N -> (q <= M c)%N) ->
  almost_all (fun w : 'rV[F]_(\sum_(l < L) layer_size M l) =>
    (q <= \rank (whole_product (direction w) X (labels_with X E (direction w)) l))%N).
Proof.
move=> L1 qG qM; pose f (W : weights) := chain W 0 l *m (X *m E^T) *m chain W l.+1 L.
have fE W : whole_product W X (labels_with X E W) l = f W.
  by rewrite /whole_product residual_labels_with.
have [W0 W0q] : exists W0, (q <= \rank (f W0))%N.
  case: L E l L1 qG qM @f {fE} => [|[|L']] // E' l' _ qG qM f.
  by exists (through_joint q (X *m E'^T)); apply: rank_joint_product.
have local W W' : (forall i, (i < L)%N -> W i = W' i) -> f W = f W'.
  by move=> WW; rewrite /f (chain_extL WW) ?(chain_extL WW) // ltnW.
apply: almost_all_imp (generic_rank_ge local _ W0) => [w|].
  by rewrite fE; apply: leq_trans.
pose Z := generic_weights (@no_origin F M) (@unit_direction F M L).
exists (chain Z 0 l *m map_mx (@mpolyC _ F) (X *m E^T) *m chain Z l.+1 L) => w.
rewrite matrix_atE map_mxM map_mxM !chain_at map_mpolyC_at.
by rewrite /f !(chain_extW (weights_at_direction w)).
Qed.
End Column.
