From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain loss hessian formulas narrowest maximal_weights.
From Hessproof Require Import functional_column column_rank column_staircase functional_bound.
From Hessproof Require Import column_bound column_monotone column_attained column_instances.
From Hessproof Require Import rectangular_identities.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Theorem 5 of Singh et al. 2021: the rank of the block columns of the        *)
(* functional Hessian H_f.  r = rk X, s = rk G, G = X residual^T (the paper's  *)
(* N Omega^T), qhat = min(r, M_1, ..., M_(L-1), K, s).  Layers are counted     *)
(* from 0 here: l is the paper's layer l + 1.                                  *)
Section Theorem5.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)) (l : 'I_L).
Notation G := (X *m (residual X Y W)^T).

(* The exact rank of column l, for all weights and all data over any field. In the cyclic order k *)
(* = l+1, ..., L-1, 0, ..., l-1 of the other layers, u_i and v_i are the ranks of the two         *)
(* Kronecker factors of the i-th block (k, l), i = 1, ..., L-1; the rank is sum_i u_i v_i - sum_i *)
(* u_i v_(i+1).                                                                                   *)
Theorem column_rank :
  (\rank (functional_column W X Y l))%:Z
  = tensor_flag (fun i => \rank (above W X Y l (layer_after L l i.-1).+1))
                (fun i => \rank (below W X Y l (layer_after L l i.-1))) L.-1.
Proof. exact: rank_functional_column. Qed.

(* Theorem 5's value bounds the rank of column l of H_f, for all weights and all data over any *)
(* field; with a single layer (L = 1) the column is zero, and so is this bound.                *)
Theorem theorem5_bound :
  (\rank (functional_column W X Y l))%:Z <= column_bound L M (\rank X) (\rank G) l.+1.
Proof. exact: functional_column_bound. Qed.

(* Theorem 5 under the assumption that its proof needs, for all data over any field and at least *)
(* two layers: if the product W^(l:1) G W^(L:l+2) of all other weights (paper's names) has rank  *)
(* qhat, column l of H_f has the rank that the theorem says.                                     *)
Theorem theorem5 : (1 < L)%N ->
    \rank (chain W 0 l *m G *m chain W l.+1 L) = qhat_of L M (\rank X) (\rank G) ->
  (\rank (functional_column W X Y l))%:Z = thm5 L M (\rank X) (\rank G) l.+1.
Proof.
move=> L1 whole; rewrite functional_column_generic //.
exact: (column_bound_ends W X Y l.+1 L1).
Qed.

(* A single layer, for all weights and data over any field: the column is zero, and Theorem 5's *)
(* value is not, if there is any residual.                                                      *)
Theorem theorem5_one_layer : L = 1%N ->
  functional_column W X Y l = 0 /\ thm5 L M (\rank X) (\rank G) l.+1 = (\rank G * M 1)%N%:Z.
Proof.
move=> L1; have L1' : (L <= 1)%N by rewrite L1.
have L0 : (0 < L)%N by rewrite L1.
split; first exact: functional_column_one_layer.
have qE : qhat_of L M (\rank X) (\rank G) = \rank G.
  by have [// | [c /andP[c0]]] := qhat_attained W X Y L0; rewrite ltnNge (leq_trans L1').
have l0 : l = 0%N :> nat by apply/eqP; rewrite -leqn0 -ltnS (leq_trans (ltn_ord l)).
by rewrite /thm5 qE l0 eqxx -expr2 addrAC subrr add0r PoszM.
Qed.

(* Theorem 5 under A1 (maximal rank of each weight matrix), for at least two layers and all data  *)
(* over any field: true of column l where the widths do not fall up to M_l and do not rise from   *)
(* M_(l+1) on; for the first column they may also rise from M_1 to M_2, and for the last one fall *)
(* from M_(L-2) to M_(L-1).                                                                       *)
Theorem theorem5_monotone : (1 < L)%N -> maximal_ranks W L ->
    ((l.+1 < L)%N -> (forall i, (i < l)%N -> (M i <= M i.+1)%N)
                     /\ forall i, (l.+2 <= i < L)%N -> (M i.+1 <= M i)%N) ->
    ((0 < l)%N -> (forall i, (i < l.-1)%N -> (M i <= M i.+1)%N)
                  /\ forall i, (l < i < L)%N -> (M i.+1 <= M i)%N) ->
  (\rank (functional_column W X Y l))%:Z = thm5 L M (\rank X) (\rank G) l.+1.
Proof.
move=> L1 A1 after before; have lL := ltn_ord l; apply: rank_column_monotone => // [l1 | l0].
  have [rise fall] := after l1.
  by rewrite /above ltnS leqnSn mxrank_tr rank_between // ltnW.
have [rise fall] := before l0.
by rewrite /below ltnNge leq_pred rank_between // (leq_trans (leq_pred l)) // ltnW.
Qed.
End Theorem5.

(* Two layers: Theorem 5 holds for all weights and all data over any field.    *)
Theorem theorem5_two_layers (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i))
    (N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M 2%N, N)) (l : 'I_2) :
  (\rank (functional_column W X Y l))%:Z
  = thm5 2 M (\rank X) (\rank (X *m (residual X Y W)^T)) l.+1.
Proof.
apply: rank_column_monotone => //; case: l => [[|[|//]] lL] //= _.
  by rewrite /above /= !chain_id mul1mx mulmx1 mxrank_tr.
by rewrite /below /= !chain_id mul1mx mulmx1.
Qed.

(* Theorem 5's value is attained by all columns at once, over any field, for all widths and every *)
(* s <= min(d, K): at rectangular identities, with X = 1 (so r = d).                              *)
Theorem theorem5_attained (F : fieldType) (M : nat -> nat) (L s : nat) :
    (s <= M 0%N)%N -> (s <= M L)%N ->
  exists (W : forall i, 'M[F]_(M i.+1, M i)) (Y : 'M[F]_(M L, M 0%N)),
    \rank ((1%:M : 'M[F]_(M 0%N)) *m (residual 1%:M Y W)^T) = s
    /\ forall l : 'I_L,
      (\rank (functional_column W 1%:M Y l))%:Z = column_generic L M (M 0%N) s l.+1.
Proof.
move=> s0 sL; exists (rectangular_identity F M), (labels_of_rank F M L s).
by split=> [|l]; [exact: rank_residual_of_rank | exact: column_attained].
Qed.

(* Theorem 5 as published, from maximal rank of each weight matrix (A1) alone, *)
(* is false over any field.  Three layers of widths 1, 2, 1, 2, data X = 1:    *)
(* the first and the middle column have rank at most 1, and Theorem 5 says 2.  *)
Theorem theorem5_refuted (F : fieldType) :
  exists (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)) (Y : 'M[F]_(M 3%N, M 0%N)),
    maximal_ranks W 3 /\
    forall l : 'I_3, (l < 2)%N ->
      (\rank (functional_column W 1%:M Y l))%:Z
      <> thm5 3 M (\rank (1%:M : 'M[F]_(M 0%N)))
              (\rank ((1%:M : 'M[F]_(M 0%N)) *m (residual 1%:M Y W)^T)) l.+1.
Proof.
exists widths_1212, (rectangular_identity F widths_1212),
  (labels_leaving (delta_mx ord_max 0 : 'M[F]_(widths_1212 3, widths_1212 0))).
split=> [|l l2]; first exact: rectangular_identity_maximal.
rewrite mxrank1 rank_G_1212 /thm5 qhat_1212.
have [->|->] : l = ord0 \/ l = middle_layer.
- by case: l l2 => [[|[|//]] lL] _; [left | right]; apply: val_inj.
- by apply: le1_neq2; apply: column_0_1212.
by apply: le1_neq2; apply: column_1_1212.
Qed.

(* Theorem 5 as published, from maximal rank of each weight matrix (A1) alone, fails over any *)
(* field for a column between the first and the last: three layers of widths 2, 1, 1, 2 (five *)
(* parameters), data X = 1, where the middle column is zero and Theorem 5 says 1.             *)
Theorem theorem5_middle_refuted (F : fieldType) :
  exists (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)) (Y : 'M[F]_(M 3%N, M 0%N)),
    maximal_ranks W 3 /\
    (\rank (functional_column W 1%:M Y middle_layer))%:Z
    <> thm5 3 M (\rank (1%:M : 'M[F]_(M 0%N)))
            (\rank ((1%:M : 'M[F]_(M 0%N)) *m (residual 1%:M Y W)^T)) 2.
Proof.
exists widths_2112, (rectangular_identity F widths_2112),
  (labels_leaving (delta_mx ord_max ord_max : 'M[F]_(widths_2112 3, widths_2112 0))).
split; first exact: rectangular_identity_maximal.
by rewrite mxrank1 rank_G_2112 /thm5 qhat_2112 column_1_2112.
Qed.

(* Theorem 5 as published, from maximal rank of each weight matrix (A1) alone, fails over any     *)
(* field for the last column: three layers of widths 2, 1, 2, 1, data X = 1, where its rank is at *)
(* most 1 and Theorem 5 says 2.                                                                   *)
Theorem theorem5_last_refuted (F : fieldType) :
  exists (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)) (Y : 'M[F]_(M 3%N, M 0%N)),
    maximal_ranks W 3 /\
    (\rank (functional_column W 1%:M Y ord_max))%:Z
    <> thm5 3 M (\rank (1%:M : 'M[F]_(M 0%N)))
            (\rank ((1%:M : 'M[F]_(M 0%N)) *m (residual 1%:M Y W)^T)) 3.
Proof.
exists widths_2121, (rectangular_identity F widths_2121),
  (labels_leaving (delta_mx 0 ord_max : 'M[F]_(widths_2121 3, widths_2121 0))).
split; first exact: rectangular_identity_maximal.
rewrite mxrank1 rank_G_2121 /thm5 qhat_2121.
by apply: le1_neq2; apply: column_2_2121.
Qed.
